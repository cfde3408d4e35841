// <picture-dialog src="/admin/pictures/" choices="/admin/pictures/choices/" token="…">: a picture from a file or
// from the shelf, with words for those who cannot see it. Other elements ask it by `choose`.

import { sendPicture, takeDropped } from "./picture-sending.js";
import { wordsOf } from "./words.js";

class PictureDialog extends HTMLElement {
  connectedCallback() {
    this.words = wordsOf(this);
    this.dialog = this.querySelector("dialog");
    this.piece = (name) => this.querySelector(`[data-part="${name}"]`);
    this.piece("file").addEventListener("change", () => this.send(this.piece("file").files));
    takeDropped(this.piece("drop"), (files) => this.send(files));
    this.piece("close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.answer(null));
    this.piece("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.look();
    });
    this.piece("grid").addEventListener("click", (event) => this.press(event));
    this.piece("chosen").addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer({ ...this.picture, alt: this.piece("alt").value.trim() });
    });
  }

  // The picture that was chosen, with its `alt`, or null. Begins with a `file`, or with a `picture` that is there.
  choose({ file = null, picture = null } = {}) {
    this.say("");
    this.refuse("");
    this.pick(picture);
    this.dialog.showModal();
    this.look();
    if (file) this.send([file]);
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  answer(picture) {
    this.resolve?.(picture);
    this.resolve = null;
    if (this.dialog.open) this.dialog.close();
  }

  async send([file]) {
    this.piece("file").value = "";
    if (!file || this.isBusy) return;
    this.isBusy = true;
    this.refuse("");
    this.say(this.words("sending", { name: file.name }));
    this.querySelector("progress").hidden = false;
    try {
      const { words } = this;
      const picture = await sendPicture(file, { address: this.getAttribute("src"), token: this.getAttribute("token"), words });
      this.say(words("here", { name: file.name }));
      this.pick(picture);
      this.look();
    } catch ({ message }) {
      this.say("");
      this.refuse(message);
    } finally {
      this.isBusy = false;
      this.querySelector("progress").hidden = true;
    }
  }

  async look(page = 1) {
    const asked = new URLSearchParams({ q: this.piece("words").value, page });
    const address = `${this.getAttribute("choices")}?${asked}`;
    const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
    if (answer?.ok) this.piece("grid").innerHTML = await answer.text();
    else this.refuse(this.words(reasonOf(answer)));
  }

  press({ target }) {
    const choice = target.closest("[data-choice]");
    const page = target.closest("[data-page]");
    if (choice) this.pick({ ...choice.dataset });
    if (page) this.look(page.dataset.page);
  }

  pick(picture) {
    this.picture = picture;
    this.piece("chosen").hidden = !picture;
    if (!picture) return;
    this.piece("preview").src = picture.preview ?? picture.url;
    this.piece("alt").value = picture.alt ?? "";
    this.piece("chosen").scrollIntoView({ block: "nearest" });
    this.piece("alt").focus();
  }

  say(words) {
    this.piece("said").textContent = words;
  }

  refuse(words) {
    this.piece("refused").textContent = words;
  }
}

const reasonOf = (answer) => {
  if (!answer) return "offline";
  return answer.type === "opaqueredirect" ? "signed-out" : "failed";
};

customElements.define("picture-dialog", PictureDialog);
