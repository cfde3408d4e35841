// A file that is sent in parts, three at a time; parts that are there already are not sent again.

import { Refusal, ask, put, rest } from "./requests.js";

const LANES = 3;
const HEAD = 64; // bytes by which the server knows a video
const LONGEST_REST = 30; // seconds between two tries

// `state` is new, sending, waiting (for a connection), paused, refused or done; `changed` is called
// whenever it changes or more bytes are there. `upload` is what the server says of it.
export class Sending {
  state = "new";
  refusal = null;
  upload = null;
  onItsWay = new Map(); // of each part that is being sent, the bytes

  constructor(file, { start, post, token, changed }) {
    Object.assign(this, { file, start, post, token, changed });
  }

  get isRunning() {
    return this.state === "sending" || this.state === "waiting";
  }

  get sent() {
    if (!this.upload) return 0;
    const whole = this.upload.here.reduce((sum, number) => sum + this.lengthOf(number), 0);
    return [...this.onItsWay.values()].reduce((sum, bytes) => sum + bytes, whole);
  }

  // Begins, or goes on from what is there.
  async run() {
    this.running = new AbortController();
    const { signal } = this.running;
    this.tell("sending");
    try {
      this.upload = await this.again(() => this.begin(signal), signal);
      this.changed();
      while (!this.upload.is_finished) {
        await this.sendMissing(signal);
        await this.again(() => this.complete(signal), signal);
      }
      this.tell("done");
    } catch (error) {
      if (signal.aborted) return;
      this.running.abort();
      this.tell("refused", error);
    } finally {
      this.onItsWay.clear();
    }
  }

  pause() {
    this.running?.abort();
    this.onItsWay.clear();
    this.tell("paused");
  }

  // Has the server throw away what is there.
  async giveUp() {
    if (this.upload) await ask(this.at("deletion/"), { token: this.token, body: new FormData() });
  }

  tell(state, refusal = null) {
    Object.assign(this, { state, refusal });
    this.changed();
  }

  tellThatItGoesOn() {
    if (this.state === "waiting") this.tell("sending");
  }

  at(rest) {
    return `${this.start}${this.upload.id}/${rest}`;
  }

  lengthOf(number) {
    const { size, part_size: part } = this.upload;
    return Math.min(part, size - (number - 1) * part);
  }

  // Repeats an act until it succeeds or is refused.
  async again(act, signal) {
    for (let tries = 0; ; tries += 1) {
      try {
        const result = await act();
        this.tellThatItGoesOn();
        return result;
      } catch (error) {
        if (error instanceof Refusal || signal.aborted) throw error;
        this.tell("waiting");
        await rest(Math.min(2 ** tries, LONGEST_REST), signal);
      }
    }
  }

  async begin(signal) {
    const head = String.fromCharCode(...await this.read(0, HEAD));
    const body = new FormData();
    body.append("name", this.file.name);
    body.append("size", this.file.size);
    body.append("head", btoa(head));
    body.append("post", this.post ?? "");
    return ask(this.start, { token: this.token, body, signal });
  }

  async sendMissing(signal) {
    const numbers = Array.from({ length: this.upload.parts }, (_, index) => index + 1);
    const missing = numbers.filter((number) => !this.upload.here.includes(number));
    const lane = async () => {
      while (missing.length) {
        const number = missing.shift();
        await this.again(() => this.sendPart(number, signal), signal);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  async sendPart(number, signal) {
    const { token } = this;
    const { address } = await ask(this.at(`parts/${number}/address/`), { signal });
    const from = (number - 1) * this.upload.part_size;
    const bytes = await this.read(from, from + this.lengthOf(number));
    const onsent = (count) => {
      this.onItsWay.set(number, count);
      this.tellThatItGoesOn();
      this.changed();
    };
    try {
      await put(address, bytes, { token, signal, onsent });
      this.upload.here.push(number);
    } finally {
      this.onItsWay.delete(number);
    }
    this.changed();
  }

  async complete(signal) {
    try {
      this.upload = await ask(this.at("completion/"), { token: this.token, body: new FormData(), signal });
    } catch (error) {
      if (error.status !== 409) throw error;
      this.upload = await ask(this.at(""), { signal }); // some parts got lost: only these are sent
    }
  }

  async read(from, to) {
    try {
      return new Uint8Array(await this.file.slice(from, to).arrayBuffer());
    } catch {
      throw new Refusal("", { word: "unreadable" });
    }
  }
}
