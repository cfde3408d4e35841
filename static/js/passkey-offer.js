// <passkey-offer>: shown where the device could keep a passkey; leads back to this page, or goes away.

import { hasThisDevice } from "./passkeys.js";

class PasskeyOffer extends HTMLElement {
  async connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.querySelector("a").search = new URLSearchParams({ next: location.pathname });
    this.querySelector("button").addEventListener("click", () => this.remove(), { signal });
    this.hidden = !(await hasThisDevice());
  }

  disconnectedCallback() {
    this.listening.abort();
  }
}

customElements.define("passkey-offer", PasskeyOffer);
