// <live-search>: shows what the search finds while somebody types. It asks for the same page that the
// form would open and takes its results out of it; one question at a time, a moment after the last key.

const PAUSE = 250; // milliseconds
const SHORTEST = 2; // letters

class LiveSearch extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.form.elements.q;
    this.results = this.querySelector("[data-results]");
    this.said = this.querySelector("[data-said]");
    this.asked = this.address();
    this.listening = new AbortController();
    this.input.addEventListener("input", () => this.wait(), { signal: this.listening.signal });
  }

  disconnectedCallback() {
    this.listening.abort();
    this.stop();
  }

  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  address() {
    return `${this.form.action}?${new URLSearchParams(new FormData(this.form))}`;
  }

  wait() {
    this.stop();
    const typed = this.input.value.trim().length;
    if (typed === 0 || typed >= SHORTEST) this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const address = this.address();
    if (address === this.asked) return;
    this.asking = new AbortController();
    try {
      const answer = await fetch(address, { signal: this.asking.signal });
      if (answer.ok) this.show(address, await answer.text());
    } catch (error) {
      // Another letter was typed, or the network is away: the button still works.
      if (!["AbortError", "TypeError"].includes(error.name)) throw error;
    }
  }

  show(address, html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = page.querySelector("[data-results]");
    if (!found) return;
    this.asked = address;
    this.results.replaceChildren(...found.childNodes);
    this.said.textContent = this.results.querySelector("[data-total]")?.textContent ?? "";
    document.title = page.title;
    history.replaceState(history.state, "", address);
  }
}

customElements.define("live-search", LiveSearch);
