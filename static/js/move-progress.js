// <move-progress src="…">: says every second how many rows of a file have been gone through, and loads
// the page anew when it is over.

import { ask } from "./requests.js";
import { wordsOf } from "./words.js";

const EVERY = 1000; // milliseconds

class MoveProgress extends HTMLElement {
  connectedCallback() {
    this.look();
  }

  disconnectedCallback() {
    clearTimeout(this.waiting);
  }

  async look() {
    try {
      const standing = await ask(this.getAttribute("src"));
      if (standing.is_over) return location.reload();
      this.show(standing);
    } catch {
      // Asked again in a moment.
    }
    if (this.isConnected) this.waiting = setTimeout(() => this.look(), EVERY);
  }

  show({ done, rows }) {
    if (!rows) return;
    Object.assign(this.querySelector("progress"), { max: rows, value: done });
    this.querySelector("[data-said]").textContent = wordsOf(this)("done", { done, rows });
  }
}

customElements.define("move-progress", MoveProgress);
