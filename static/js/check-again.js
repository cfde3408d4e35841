// <check-again seconds="5">: loads the page anew while something is being waited for.

class CheckAgain extends HTMLElement {
  connectedCallback() {
    const seconds = Number(this.getAttribute("seconds"));
    this.waiting = setTimeout(() => location.reload(), seconds * 1000);
  }

  disconnectedCallback() {
    clearTimeout(this.waiting);
  }
}

customElements.define("check-again", CheckAgain);
