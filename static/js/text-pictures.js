// <text-pictures field="id_body" words-button="…">: pictures in the text, by a button among the editor's own, or
// dropped or pasted into it.

import { wordsOf } from "./words.js";

class TextPictures extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("field"));
    document.addEventListener("prose-editor:ready", this);
    this.join();
  }

  disconnectedCallback() {
    document.removeEventListener("prose-editor:ready", this);
  }

  handleEvent() {
    this.join();
  }

  // The editor may have come before this element or come after it; its frame may be there without it.
  join() {
    const frame = this.field?.closest(".prose-editor");
    const editor = frame?.querySelector(".ProseMirror")?.editor;
    if (!editor || this.editor) return;
    this.editor = editor;
    if (this.editor.isInitialized) this.equip(frame);
    else this.editor.on("create", () => this.equip(frame));
  }

  equip(frame) {
    frame.querySelector(".prose-menubar").append(this.button());
    for (const kind of ["drop", "paste"])
      this.editor.view.dom.addEventListener(kind, (event) => this.take(event), { capture: true });
  }

  button() {
    const label = wordsOf(this)("button");
    const group = Object.assign(document.createElement("div"), { className: "prose-menubar__group" });
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "prose-menubar__button material-icons",
      textContent: "image",
      title: label,
      ariaLabel: label,
    });
    button.addEventListener("click", () => this.choose());
    group.append(button);
    return group;
  }

  take(event) {
    const files = [...(event.clipboardData ?? event.dataTransfer).files];
    const file = files.find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    const place = event.type === "drop" && this.editor.view.posAtCoords({ left: event.clientX, top: event.clientY });
    if (place) this.editor.commands.setTextSelection(place.pos);
    this.choose(file);
  }

  // A new one, or other words for the one that is selected.
  async choose(file = null) {
    const { node } = this.editor.state.selection;
    const isThere = !file && node?.type.name === "image";
    const there = isThere ? { ...node.attrs, url: node.attrs.src } : null;
    const picture = await document.querySelector("picture-dialog").choose({ file, picture: there });
    if (!picture) return;
    const { url: src, alt, width, height } = picture;
    const attrs = { src, alt, width: String(width), height: String(height) };
    if (isThere) this.editor.chain().focus().updateAttributes("image", attrs).run();
    else this.editor.chain().focus().insertContent({ type: "image", attrs }).run();
  }
}

customElements.define("text-pictures", TextPictures);
