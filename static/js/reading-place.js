// <reading-place>: a text that remembers the paragraph one was at, and offers to go on from there.

import { Place } from "./places.js";

const BAND = "-25% 0px -70% 0px"; // of the window: where the eyes are

class ReadingPlace extends HTMLElement {
  connectedCallback() {
    this.blocks = [...this.querySelector("[data-body]").children];
    this.place = new Place(this);
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.place.tell(true); }, { signal });
    window.addEventListener("pagehide", () => this.place.tell(true), { signal });

    this.watching = [this.watch(this.blocks, BAND, (block) => this.place.note(this.blocks.indexOf(block)))];
    const last = this.blocks.length - 1;
    this.watching.push(this.watch(this.querySelectorAll("[data-end]"), "0px", () => this.place.note(last, true)));
    this.offer();
  }

  disconnectedCallback() {
    this.listening.abort();
    for (const observer of this.watching) observer.disconnect();
  }

  watch(targets, rootMargin, act) {
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting && window.scrollY > 0) act(entry.target);
    }, { rootMargin });
    for (const target of targets) observer.observe(target);
    return observer;
  }

  offer() {
    const block = this.blocks[this.place.left];
    const button = this.querySelector("[data-go-on]");
    if (this.place.left < 2 || !block) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      button.hidden = true;
      block.tabIndex = -1;
      block.focus({ preventScroll: true });
      block.scrollIntoView({ block: "start" });
    }, { signal: this.listening.signal });
  }
}

customElements.define("reading-place", ReadingPlace);
