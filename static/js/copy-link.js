// <copy-link copied="said afterwards">: copies this page's address, or its `text`; a telephone that can
// shares it instead, where `share` names that.

class CopyLink extends HTMLElement {
  connectedCallback() {
    const words = this.querySelector("button span");
    const shareName = navigator.share && matchMedia("(pointer: coarse)").matches && this.getAttribute("share");
    const url = this.getAttribute("text") ?? location.origin + location.pathname;
    this.said ??= this.appendChild(document.createElement("span"));
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    const share = () => navigator.share({ title: document.title, url }).catch(() => {});
    const copy = async () => {
      await navigator.clipboard.writeText(url);
      words.textContent = this.said.textContent = this.getAttribute("copied");
    };
    if (shareName) words.textContent = shareName;
    this.hidden = !shareName && !navigator.clipboard;
    this.onclick = shareName ? share : copy;
  }
}

customElements.define("copy-link", CopyLink);
