// <cover-choice>: the cover in the form of a post, and the point of it that stays in sight when it is cut.

import { takeDropped } from "./picture-sending.js";

class CoverChoice extends HTMLElement {
  connectedCallback() {
    this.piece = (name) => this.querySelector(`[data-${name}]`);
    this.field = this.querySelector("input[type=hidden]");
    this.form = this.field.form;
    this.points = ["focus_x", "focus_y"].map((name) => this.form.elements[name]);
    this.piece("plain").remove();
    for (const name of ["open", "hint", "cuts", "marker"]) this.piece(name).hidden = false;
    this.piece("open").addEventListener("click", () => this.choose());
    this.piece("clear").addEventListener("click", () => this.clear());
    this.piece("whole").addEventListener("click", (event) => this.aim(event));
    for (const image of this.querySelectorAll("[data-cuts] img")) image.addEventListener("load", () => this.show());
    for (const point of this.points) point.addEventListener("input", () => this.show());
    takeDropped(this, ([file]) => file && this.choose(file));
    this.show();
  }

  async choose(file) {
    const picture = await document.querySelector("picture-dialog").choose({ file });
    if (!picture) return;
    this.field.value = picture.id;
    this.form.elements.picture_alt.value = picture.alt;
    const images = [...this.querySelectorAll("[data-picture]")];
    for (const image of images) image.src = picture.preview;
    // Shown when it is all there: what is tapped has not moved by then. A picture that fails shows its words.
    await Promise.allSettled(images.map((image) => image.decode()));
    this.move(50, 50);
    this.piece("open").focus();
  }

  clear() {
    this.field.value = "";
    this.show();
    this.piece("open").focus();
  }

  aim({ clientX, clientY }) {
    const { left, top, width, height } = this.piece("whole").firstElementChild.getBoundingClientRect();
    this.move(((clientX - left) / width) * 100, ((clientY - top) / height) * 100);
  }

  move(...point) {
    point.forEach((value, index) => {
      this.points[index].value = Math.min(100, Math.max(0, Math.round(value)));
    });
    this.show();
  }

  show() {
    const [x, y] = this.points.map((point) => Math.min(100, Math.max(0, Number(point.value))));
    this.piece("shown").hidden = this.piece("clear").hidden = !this.field.value;
    Object.assign(this.piece("marker").style, { left: `${x}%`, top: `${y}%` });
    for (const image of this.querySelectorAll("[data-cuts] img")) this.cut(image, x / 100, y / 100);
  }

  // As `pictures.centring` has it for readers.
  cut(image, x, y) {
    const wider = (image.naturalWidth * image.clientHeight) / (image.naturalHeight * image.clientWidth);
    image.style.objectPosition = `${lying(x, wider) * 100}% ${lying(y, 1 / wider) * 100}%`;
  }
}

const lying = (focus, longer) => (longer > 1 ? Math.min(1, Math.max(0, (focus * longer - 0.5) / (longer - 1))) : 0.5);

customElements.define("cover-choice", CoverChoice);
