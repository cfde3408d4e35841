// <come-back>: on the page that stands in for another, which it opens as soon as it can be had.

const PAUSES = [3, 5, 10, 20, 30]; // seconds; the last one again and again

class ComeBack extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.looks = 0;
    this.querySelector("button").addEventListener("click", () => this.open(), { signal });
    window.addEventListener("online", () => this.look(), { signal });
    document.addEventListener("visibilitychange", () => this.look(), { signal });
    this.wait();
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.waiting);
  }

  wait() {
    clearTimeout(this.waiting);
    const seconds = PAUSES[Math.min(this.looks, PAUSES.length - 1)];
    this.waiting = setTimeout(() => this.look(), seconds * 1000);
  }

  async look() {
    if (document.hidden) return;
    this.looks += 1;
    const answer = await fetch(this.getAttribute("probe"), { cache: "no-store" }).catch(() => null);
    if (answer?.ok) this.open();
    else this.wait();
  }

  // Whoever came here by this page's own address has nowhere to go back to.
  open() {
    if (location.pathname === this.getAttribute("own")) location.replace("/");
    else location.reload();
  }
}

customElements.define("come-back", ComeBack);
