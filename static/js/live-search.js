// <live-search>: shows what the search finds while somebody types. It asks for the same page that the
// form would open and takes its results out of it; one question at a time, a moment after the last key.
// The arrow keys lead from the box through what was found, Escape leads back.

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
    const { signal } = this.listening;
    this.input.addEventListener("input", () => this.wait(), { signal });
    this.addEventListener("keydown", (event) => this.walk(event), { signal });
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
    const isOpen = this.results.querySelector("details")?.open ?? false;
    this.results.replaceChildren(...found.childNodes);
    this.results.querySelector("details")?.toggleAttribute("open", isOpen);
    this.said.textContent = this.results.querySelector("[data-total]")?.textContent ?? "";
    document.title = page.title;
    history.replaceState(history.state, "", address);
  }

  walk(event) {
    const links = this.results.querySelectorAll("[data-card] h3 a, [data-moment], [data-suggestion]");
    const stops = [this.input, ...links];
    const here = stops.indexOf(event.target);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Escape: 0 }[event.key];
    if (here < 0 || next === here || !stops[next]) return;
    event.preventDefault();
    stops[next].focus();
  }
}

customElements.define("live-search", LiveSearch);
