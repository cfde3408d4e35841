// <reading-place>: a text that remembers the paragraph one was at, and offers to go on from there.

import { Place } from "./telling.js";

const BAND = "-25% 0px -70% 0px"; // of the window: where the eyes are
const PATIENCE = 4; // paragraphs

class ReadingPlace extends HTMLElement {
  connectedCallback() {
    this.blocks = [...this.querySelector("[data-body]").children];
    this.place = new Place(this);
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.place.tell(true); });
    addEventListener("pagehide", () => this.place.tell(true));

    this.button = this.querySelector("[data-go-on]");
    this.watch(this.blocks, BAND, (block) => this.reach(this.blocks.indexOf(block)));
    this.watch(this.querySelectorAll("[data-end]"), "0px", () => this.place.note(this.blocks.length - 1, true));
    this.offer();
  }

  watch(targets, rootMargin, act) {
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting && window.scrollY > 0) act(entry.target);
    }, { rootMargin });
    for (const target of targets) observer.observe(target);
  }

  // Who reads on from the top, or has arrived, has no more use for the button.
  reach(number) {
    this.place.note(number);
    this.unasked -= 1;
    if (this.unasked <= 0 || number >= this.place.left) this.button.hidden = true;
  }

  offer() {
    const block = this.blocks[this.place.left];
    if (this.place.left < 2 || !block) return;
    this.unasked = PATIENCE;
    this.button.hidden = false;
    this.button.addEventListener("click", () => {
      this.button.hidden = true;
      block.tabIndex = -1;
      block.focus({ preventScroll: true });
      block.scrollIntoView({ block: "start" });
    });
  }
}

customElements.define("reading-place", ReadingPlace);
