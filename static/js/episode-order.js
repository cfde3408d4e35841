// <episode-order words-moved="…" words-edge="…">: its list is put in order by buttons, by dragging and by the
// numbers in it, which are what is sent.

import { wordsOf } from "./words.js";

const EDGE = 48; // pixels from the window's edge at which dragging goes on beyond it
const STEP = 16; // pixels

class EpisodeOrder extends HTMLElement {
  connectedCallback() {
    this.words = wordsOf(this);
    this.list = this.querySelector("ol");
    for (const part of this.querySelectorAll("[data-handle], [data-move]")) part.hidden = false;
    for (const kind of ["click", "change", "pointerdown", "pointermove", "pointerup", "pointercancel"])
      this.addEventListener(kind, this);
  }

  disconnectedCallback() {
    this.dragged = null;
  }

  handleEvent(event) {
    const item = event.target.closest("[data-episode]");
    if (event.type === "click" && event.target.closest("[data-move]"))
      this.step(item, Number(event.target.closest("[data-move]").dataset.move));
    else if (event.type === "change" && event.target.type === "number") this.place(item, Number(event.target.value));
    else if (event.type === "pointerdown" && event.target.matches("[data-handle]")) this.take(event, item);
    else if (event.type === "pointermove" && this.dragged) this.drag(event);
    else if (event.type === "pointerup" || event.type === "pointercancel") this.drop();
  }

  get items() {
    return [...this.list.querySelectorAll("[data-episode]")];
  }

  // The neighbour moves, so that the button which was pressed keeps the focus.
  step(item, by) {
    const other = this.items[this.items.indexOf(item) + by];
    if (!other) return this.say("edge", item);
    if (by < 0) item.after(other);
    else item.before(other);
    item.scrollIntoView({ block: "nearest" });
    return this.number(item);
  }

  // To the place that was typed; the focus stays in its field.
  place(item, wanted) {
    const others = this.items.filter((other) => other !== item);
    const focused = document.activeElement;
    const behind = others[Math.max(0, Math.round(wanted) - 1)];
    if (behind) behind.before(item);
    else others.at(-1)?.after(item);
    this.number(item);
    if (item.contains(focused)) focused.focus();
  }

  take(event, item) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.dragged = item;
    item.classList.add("is-dragged");
    this.setPointerCapture(event.pointerId);
  }

  drag({ clientY }) {
    if (clientY < EDGE) scrollBy(0, -STEP);
    if (clientY > innerHeight - EDGE) scrollBy(0, STEP);
    const others = this.items.filter((item) => item !== this.dragged);
    const below = others.find((item) => {
      const { top, height } = item.getBoundingClientRect();
      return clientY < top + height / 2;
    });
    if (below) {
      if (this.dragged.nextElementSibling !== below) below.before(this.dragged);
    } else others.at(-1)?.after(this.dragged);
  }

  drop() {
    if (!this.dragged) return;
    this.dragged.classList.remove("is-dragged");
    this.number(this.dragged);
    this.dragged = null;
  }

  number(moved) {
    this.items.forEach((item, index) => {
      item.querySelector("input[type=number]").value = index + 1;
    });
    this.say("moved", moved);
  }

  say(word, item) {
    const items = this.items;
    const gaps = { title: item.dataset.title, place: items.indexOf(item) + 1, total: items.length };
    this.querySelector("[data-said]").textContent = this.words(word, gaps);
  }
}

customElements.define("episode-order", EpisodeOrder);
