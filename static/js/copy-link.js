// <copy-link copied="said once it is done">: a button that copies the address of this page, or what
// its attribute `text` holds.

class CopyLink extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    this.button = this.querySelector("button");
    this.words = this.button.querySelector("span");
    this.said = this.appendChild(document.createElement("span"));
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    this.button.addEventListener("click", () => this.copy(), { signal: this.listening.signal });
    this.hidden = !navigator.clipboard;
  }

  disconnectedCallback() {
    this.listening.abort();
    this.said.remove();
  }

  async copy() {
    await navigator.clipboard.writeText(this.getAttribute("text") ?? location.origin + location.pathname);
    this.words.textContent = this.said.textContent = this.getAttribute("copied");
  }
}

customElements.define("copy-link", CopyLink);
