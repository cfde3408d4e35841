// <caption-desk> around a <video>, in a form with captions in text areas: a tap on a time plays from
// there, Ctrl+Enter plays and stops where one is writing, and a line that is wrong is a press away.

import { wordsOf } from "./words.js";

const TIME = /^\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->/;
const CHAPTER = /^\s*(?:(\d+):)?(\d{1,3}):(\d{2})\s/;

const secondOf = (line) => {
  const [, hours = 0, minutes, seconds, thousandths = "0"] = TIME.exec(line) ?? CHAPTER.exec(line) ?? [];
  if (minutes === undefined) return null;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${thousandths}`);
};

class CaptionDesk extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    this.form = this.closest("form");
    this.video = this.querySelector("video");
    this.offerLines();
    if (!this.video) return;
    this.querySelector("[data-hint]").hidden = false;
    this.listen(this.form, "click", (event) => this.playTapped(event));
    this.listen(this.form, "keydown", (event) => this.playOrStop(event));
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  listen(target, type, act) {
    target.addEventListener(type, act, { signal: this.listening.signal });
  }

  playTapped({ target }) {
    if (target.localName !== "textarea" || target.selectionStart !== target.selectionEnd) return;
    const { lines, number } = this.place(target);
    this.playFrom(secondOf(lines[number]));
  }

  playOrStop(event) {
    if (event.target.localName !== "textarea" || event.key !== "Enter" || !event.ctrlKey) return;
    event.preventDefault();
    if (!this.video.paused) {
      this.video.pause();
      return;
    }
    const { lines, number } = this.place(event.target);
    const above = lines.slice(0, number + 1).map(secondOf).filter((second) => second !== null);
    this.playFrom(above.at(-1) ?? 0);
  }

  // The lines of a text area, and the number of the one that is being written in.
  place(area) {
    const lines = area.value.split("\n");
    return { lines, number: area.value.slice(0, area.selectionStart).split("\n").length - 1 };
  }

  playFrom(second) {
    if (second === null) return;
    this.video.currentTime = second;
    // Stopped again before it began: nobody needs to hear of that.
    this.video.play().catch(() => {});
  }

  // "Line 12: …", in whichever language, gets a button that selects this line.
  offerLines() {
    for (const error of this.form.querySelectorAll(".errorlist li")) {
      const number = /^\D+(\d+):/.exec(error.textContent)?.[1];
      const area = error.closest(".form-row, .form-group")?.querySelector("textarea");
      if (!number || !area) continue;
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button show-line", textContent: wordsOf(this)("line", { number }) });
      this.listen(button, "click", () => this.show(area, Number(number) - 1));
      error.append(button);
    }
  }

  show(area, number) {
    const lines = area.value.split("\n");
    const start = lines.slice(0, number).join("\n").length + (number ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + lines[number].length);
    area.scrollTop = (area.scrollHeight / lines.length) * (number - 3);
  }
}

customElements.define("caption-desk", CaptionDesk);
