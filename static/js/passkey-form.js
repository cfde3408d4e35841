// <passkey-form act="create" or "get">: a form that asks the device for a passkey when it is sent. What
// to ask stands in its <script type="application/json">, or is fetched from where the form leads to.

import { areThere, create, get } from "./passkeys.js";

class PasskeyForm extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    this.form = this.querySelector("form");
    this.problem = this.querySelector("[role=alert]");
    this.form.addEventListener("submit", (event) => this.ask(event), { signal: this.listening.signal });
    this.hidden = !areThere();
    for (const instead of document.querySelectorAll("[data-without-passkeys]")) instead.hidden = !this.hidden;
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  async ask(event) {
    event.preventDefault();
    this.problem.hidden = true;
    try {
      const options = await this.options();
      const act = this.getAttribute("act") === "create" ? create : get;
      this.form.elements.credential.value = JSON.stringify(await act(options));
      this.form.submit();
    } catch {
      this.problem.hidden = false;
    }
  }

  async options() {
    const written = this.querySelector("script[type='application/json']");
    if (written) return Object.values(JSON.parse(written.textContent))[0];
    const answer = await fetch(this.form.action, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  }
}

customElements.define("passkey-form", PasskeyForm);
