// <working-copy form="…" src="…" key="…" saved="epoch">: keeps what is typed, on the server every few
// seconds, and in this browser only while the server cannot take it.

import { ask, Refusal } from "./requests.js";
import { wordsOf } from "./words.js";

const EVERY = 3000; // milliseconds

class WorkingCopy extends HTMLElement {
  connectedCallback() {
    this.words = wordsOf(this);
    this.target = document.getElementById(this.getAttribute("form"));
    this.sent = this.read();
    this.target.addEventListener("submit", this);
    for (const link of this.querySelectorAll("[data-preview]")) link.addEventListener("click", this);
    this.querySelector("[data-away]")?.addEventListener("submit", this);
    window.addEventListener("pagehide", this);
    this.timer = setInterval(() => this.look(), EVERY);
    this.findOlder();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    window.removeEventListener("pagehide", this);
  }

  handleEvent(event) {
    if (event.type === "pagehide") {
      if (!this.isLeaving && this.read() !== this.sent) this.keepHere(this.read());
    } else if (event.currentTarget === this.target) this.submit(event);
    else if (event.type === "click") this.preview(event);
    else this.leave();
  }

  read() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.target))
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") fields.append(name, value);
    return fields.toString();
  }

  look() {
    const now = this.read();
    if (now === this.sent || this.isBusy || this.isLeaving) return;
    if (this.refused) this.keepHere(now, this.refused);
    else this.send(now);
  }

  // Whether the server has it; what it cannot take is kept here.
  async send(text) {
    this.isBusy = true;
    try {
      const answer = await this.post(text);
      this.sent = text;
      this.refused = null;
      localStorage.removeItem(this.name);
      this.say("saved");
      this.show(answer);
      return true;
    } catch (error) {
      this.failure = this.reason(error);
      if (error instanceof Refusal) this.refused = this.failure;
      this.keepHere(text, this.failure);
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  post(text) {
    const token = this.target.elements.csrfmiddlewaretoken.value;
    return ask(this.getAttribute("src"), { token, body: new URLSearchParams(text) });
  }

  reason(error) {
    if (error instanceof TypeError) return "offline"; // what fetch throws when nobody answers
    return (error instanceof Refusal && error.word) || "failed";
  }

  show({ checks, remark }) {
    document.querySelector("[data-checks]").innerHTML = checks;
    const line = this.querySelector("[data-remark]");
    line.hidden = !remark;
    line.textContent = remark;
  }

  get name() {
    return `working-copy-${this.getAttribute("key")}`;
  }

  keepHere(text, reason = "offline") {
    try {
      localStorage.setItem(this.name, JSON.stringify({ at: Date.now() / 1000, text }));
      this.say(reason);
    } catch {
      this.say("lost");
    }
    this.querySelector("[data-sign-in]").hidden = reason !== "signed-out";
  }

  say(word) {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const line = this.querySelector("[data-said]");
    const words = this.words(word, { time });
    if (line.textContent !== words) line.textContent = words;
    this.classList.toggle("is-unsaved", word !== "saved");
  }

  // First the text is made safe; then the form goes its way, unless it would be lost on it.
  async submit(event) {
    if (this.isLeaving) return;
    event.preventDefault();
    const { submitter } = event;
    if (!(await this.send(this.read())) && this.failure !== "failed") return;
    this.isLeaving = true;
    this.target.requestSubmit(submitter);
  }

  async preview(event) {
    if (this.read() === this.sent) return;
    event.preventDefault();
    const { href } = event.currentTarget;
    if (await this.send(this.read())) location.href = href;
  }

  leave() {
    this.isLeaving = true;
    localStorage.removeItem(this.name);
  }

  // What this browser kept: newer than the server's it is brought back at once, else by one's choice.
  findOlder() {
    const kept = JSON.parse(localStorage.getItem(this.name));
    if (!kept) return;
    if (kept.at > Number(this.getAttribute("saved"))) {
      this.bring(kept.text);
      return;
    }
    const panel = this.querySelector("[data-older]");
    panel.hidden = false;
    panel.querySelector("[data-bring]").onclick = () => this.bring(kept.text);
    panel.querySelector("[data-forget]").onclick = () => {
      localStorage.removeItem(this.name);
      panel.hidden = true;
    };
  }

  async bring(text) {
    if (await this.send(text)) {
      this.isLeaving = true;
      location.reload();
    }
  }
}

customElements.define("working-copy", WorkingCopy);
