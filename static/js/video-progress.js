// <video-progress src="/admin/videos/5/">: says every two seconds, while somebody looks, what is
// being made of a video, and has it tried again without leaving the page.

import { ask } from "./requests.js";
import { wordsOf } from "./words.js";

const EVERY = 2000; // milliseconds

class VideoProgress extends HTMLElement {
  static observedAttributes = ["src"];

  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.piece("retry").addEventListener("click", (event) => this.tryAgain(event), { signal });
    document.addEventListener("visibilitychange", () => this.look(), { signal });
    this.look();
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.waiting);
  }

  attributeChangedCallback() {
    if (this.listening) this.look();
  }

  get address() {
    return this.getAttribute("src");
  }

  piece(name) {
    return this.querySelector(`[data-${name}]`);
  }

  async look() {
    clearTimeout(this.waiting);
    if (!this.address || document.hidden) return;
    let isOver = false;
    try {
      isOver = this.show(await ask(this.address, { signal: this.listening.signal }));
    } catch {
      // Asked again in a moment: what is shown is still the last that was heard.
    }
    clearTimeout(this.waiting);
    if (!isOver && this.isConnected) this.waiting = setTimeout(() => this.look(), EVERY);
  }

  async tryAgain(event) {
    event.preventDefault();
    const token = this.closest("form").elements.csrfmiddlewaretoken.value;
    try {
      this.show(await ask(`${this.address}attempt/`, { token, body: new FormData() }));
      this.look();
    } catch (error) {
      this.piece("error").textContent = error.word ? wordsOf(this)(error.word) : error.message;
    }
  }

  show(standing) {
    const { text, percent, error } = standing;
    if (this.piece("text").textContent !== text) this.piece("text").textContent = text;
    this.piece("percent").textContent = percent === null ? "" : `${percent} %`;
    this.piece("bar").hidden = percent === null;
    this.piece("bar").value = percent ?? 0;
    this.piece("error").textContent = error;
    this.piece("retry").hidden = !standing.can_try_again;
    if (this.state && this.state !== "ready" && standing.state === "ready") this.piece("new").hidden = false;
    this.state = standing.state;
    return standing.is_over;
  }
}

customElements.define("video-progress", VideoProgress);
