// <video-player>: our own controls around a real <video>, which plays with the browser's controls
// wherever this does not run. What it can do is in the parts, which meet here: each listens, and adds
// to the player what the others may ask of it.

import { captions } from "./captions.js";
import { chapters } from "./chapters.js";
import { controls } from "./controls.js";
import { Engine } from "./engine.js";
import { keyboard } from "./keyboard.js";
import { listen } from "./listen.js";
import { memory } from "./memory.js";
import { panel } from "./panel.js";
import { recovery } from "./recovery.js";
import { seekBar } from "./seek-bar.js";
import { start } from "./start.js";
import { transcript } from "./transcript.js";
import { wordsOf } from "../words.js";

const PARTS = [
  captions, chapters, seekBar, controls, panel, memory, transcript, start, recovery, keyboard, listen,
];

class VideoPlayer extends HTMLElement {
  words = wordsOf(this);

  connectedCallback() {
    this.listening = new AbortController();
    this.video = this.querySelector("video");
    this.audio = document.querySelector("[data-listen] audio");
    this.media = [this.video, this.audio].filter(Boolean);
    this.isComplete = false; // the late parts have not come yet
    this.heard = null; // the sound alone, while that is what goes on
    this.engine = new Engine(this);
    this.awaited = null; // the second to begin at, until the video can be told
    this.hasBegun = !this.video.paused;
    this.video.controls = false;
    for (const part of PARTS) part(this);
    this.listen(this.video, "loadedmetadata", () => this.arrive());
    this.listen(this.video, "play", () => this.begin());
    this.listen(this.video, "playing", () => this.complete());
    this.listen(this, "opened", () => this.complete());
    if (this.hasBegun) this.dispatchEvent(new Event("begun"));
  }

  disconnectedCallback() {
    this.listening.abort();
    this.engine.close();
    this.video.controls = true;
  }

  listen(target, types, act) {
    const { signal } = this.listening;
    for (const type of types.split(" ")) target?.addEventListener(type, act, { signal });
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  get seconds() {
    return Number.isFinite(this.video.duration) ? this.video.duration : Number(this.getAttribute("seconds"));
  }

  get now() {
    return this.awaited ?? this.video.currentTime;
  }

  get isOpening() {
    return this.hasAttribute("opening");
  }

  // Some browsers forget a place that is set before they know the video's length.
  seek(second) {
    const place = Math.min(Math.max(0, second), this.seconds);
    if (this.video.readyState === 0) this.awaited = place;
    else this.video.currentTime = place;
    this.dispatchEvent(new Event("moved"));
  }

  skip(seconds) {
    this.seek(this.now + seconds);
  }

  async play() {
    this.begin();
    await this.engine.open();
    this.video.play().catch((error) => {
      // The browser wants to be asked by a finger; the button is there.
      if (!["AbortError", "NotAllowedError", "NotSupportedError"].includes(error.name)) throw error;
    });
  }

  toggle() {
    if (this.video.paused) this.play();
    else this.video.pause();
  }

  begin() {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.dispatchEvent(new Event("begun"));
  }

  async complete() {
    if (this.isComplete) return;
    this.isComplete = true;
    try {
      const { LATE } = await import("./late.js");
      for (const part of LATE) part(this);
    } catch {
      this.isComplete = false; // no network: with the next picture, then
    }
  }

  arrive() {
    if (this.awaited !== null) this.video.currentTime = Math.min(this.awaited, this.video.duration);
    this.awaited = null;
  }

  // Fresh addresses of the same video.
  adopt(addresses) {
    for (const name of ["playlist", "storyboard"]) this.setAttribute(name, addresses[name]);
    this.video.querySelector("source").src = addresses.file;
    for (const track of this.video.querySelectorAll("track")) {
      const { url } = addresses.tracks.find((one) => one.kind === track.kind && one.language === track.srclang) ?? {};
      if (url && track.readyState !== HTMLTrackElement.LOADED) track.src = url;
    }
    if (addresses.download) document.querySelector("[data-download]")?.setAttribute("href", addresses.download);
    this.dispatchEvent(new CustomEvent("renewed", { detail: addresses }));
  }
}

// Where their style does not come the browser's controls stay.
const style = document.querySelector("link[data-href*=player]");
const define = () => customElements.define("video-player", VideoPlayer);
if (style.sheet) define();
else style.addEventListener("load", define);
