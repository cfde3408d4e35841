// <picture-drop src="/admin/pictures/" token="…">: puts files on the shelf, one after the other.

import { sendPicture, takeDropped } from "./picture-sending.js";
import { wordsOf } from "./words.js";

class PictureDrop extends HTMLElement {
  connectedCallback() {
    this.words = wordsOf(this);
    this.hidden = false;
    this.input = this.querySelector("input");
    this.input.addEventListener("change", () => this.take(this.input.files));
    takeDropped(this, (files) => this.take(files));
  }

  async take(files) {
    const all = [...files];
    if (!all.length || this.isBusy) return;
    this.isBusy = true;
    this.querySelector("progress").hidden = false;
    const refused = [];
    for (const [index, file] of all.entries()) {
      this.querySelector("[data-said]").textContent = this.words("sending", { name: file.name, number: index + 1, total: all.length });
      refused.push(...(await this.send(file)));
    }
    this.querySelector("progress").hidden = true;
    this.querySelector("[data-said]").textContent = "";
    this.isBusy = false;
    this.input.value = "";
    if (refused.length) this.tell(refused);
    else location.reload();
  }

  async send(file) {
    const { words } = this;
    try {
      await sendPicture(file, { address: this.getAttribute("src"), token: this.getAttribute("token"), words });
      return [];
    } catch ({ message }) {
      return [words("refused", { name: file.name, reason: message })];
    }
  }

  tell(refused) {
    const line = this.querySelector("[data-refused]");
    line.hidden = false;
    line.textContent = refused.join(" ");
  }
}

customElements.define("picture-drop", PictureDrop);
