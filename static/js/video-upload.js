// <video-upload start="/admin/uploads/" post="5">: sends the file that is chosen or dropped while
// one writes on; after a reload the same file goes on from what is there.

import { Pace } from "./amounts.js";
import { ask } from "./requests.js";
import { Sending } from "./sending.js";
import { lookOf, lookOfCancelled, lookOfLeft } from "./upload-looks.js";
import { wordsOf } from "./words.js";

class VideoUpload extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    this.say = wordsOf(this);
    this.input = this.querySelector("input[type=file]");
    this.piece = (name) => this.querySelector(`[data-${name}]`);
    this.listen(this.input, "change", () => this.take(this.input.files));
    this.listen(this, "dragover", (event) => this.lift(event, true));
    this.listen(this, "dragleave", (event) => this.lift(event, false));
    this.listen(this, "drop", (event) => {
      this.lift(event, false);
      this.take(event.dataTransfer.files);
    });
    this.buttons = [...this.querySelectorAll("[data-act]")];
    for (const button of this.buttons) {
      this.listen(button, "click", () => this[button.dataset.act]());
    }
    this.listen(this.input.form, "submit", () => { this.isLeaving = true; });
    this.listen(window, "pageshow", () => { this.isLeaving = false; });
    this.listen(window, "beforeunload", (event) => {
      if (this.sending?.isRunning && !this.isLeaving) event.preventDefault();
    });
    this.piece("hint").hidden = false;
    this.findLeft();
  }

  disconnectedCallback() {
    this.listening.abort();
    if (this.sending?.isRunning) this.sending.pause();
  }

  listen(target, type, act) {
    target.addEventListener(type, act, { signal: this.listening.signal });
  }

  // The form's hidden field that names the upload; the admin renames both when it adds a row.
  get field() {
    return this.input.form.elements[this.input.name.replace(/original$/, "upload")];
  }

  lift(event, isOver) {
    event.preventDefault();
    this.classList.toggle("is-over", isOver);
  }

  // What an earlier visit has left, whole or in part.
  async findLeft() {
    if (!this.field?.value) return;
    try {
      this.left = await ask(`${this.getAttribute("start")}${this.field.value}/`, {});
      if (!this.sending) this.show(lookOfLeft(this.left, this.say));
    } catch (error) {
      if (error.status === 404) this.field.value = "";
    }
  }

  take([file]) {
    this.input.value = ""; // or the form would carry the whole file too
    if (!file || this.sending?.isRunning) return;
    this.sending = this.sendingOf(file);
    this.pace = new Pace();
    this.sending.run();
  }

  sendingOf(file) {
    return new Sending(file, {
      start: this.getAttribute("start"),
      post: this.getAttribute("post"),
      token: this.input.form.elements.csrfmiddlewaretoken.value,
      changed: () => this.update(),
    });
  }

  pause() {
    this.sending.pause();
    this.focusOn("goOn");
  }

  goOn() {
    this.pace = new Pace();
    this.sending.run();
    this.focusOn("pause");
  }

  async cancel() {
    if (!window.confirm(this.say("sure"))) return;
    const given = this.sending ?? Object.assign(this.sendingOf(null), { upload: this.left });
    given.changed = () => {};
    given.pause();
    await given.giveUp().catch(() => {}); // what cannot be reached now is swept within a day
    this.sending = this.left = null;
    this.field.value = "";
    this.show(lookOfCancelled(this.say));
    this.input.focus();
  }

  // The button that was pressed is gone: its place is taken by this one.
  focusOn(act) {
    this.buttons.find((button) => button.dataset.act === act).focus();
  }

  update() {
    const { upload, sent, state } = this.sending;
    if (upload) this.field.value = upload.video && upload.is_finished ? "" : upload.id;
    if (state === "done" && upload.video) this.followVideo(upload.video);
    this.pace.note(sent);
    this.show(lookOf(this.sending, this.say, this.pace));
  }

  followVideo(address) {
    this.closest(".inline-related")?.querySelector("video-progress")?.setAttribute("src", address);
  }

  show({ status, detail = "", percent, buttons, isRefused = false }) {
    this.piece("panel").hidden = false;
    this.piece("panel").classList.toggle("is-refused", isRefused);
    // Said again only when it changes, or a screen reader would never be silent.
    const said = this.piece("status");
    if (said.textContent !== status) said.textContent = status;
    this.piece("detail").textContent = detail;
    this.piece("bar").hidden = percent === undefined;
    this.piece("bar").value = percent ?? 0;
    for (const button of this.buttons) button.hidden = !buttons.includes(button.dataset.act);
    this.input.disabled = this.sending?.isRunning ?? false;
  }
}

customElements.define("video-upload", VideoUpload);
