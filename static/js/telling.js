// What a page tells the site, in two parts. Counted of the page: seen, played, how far, and never whose it
// was. Left off: where somebody was in a post, kept in this browser, or by the site for those signed in.

const KEY = "places";
const MOST = 60;
const PAUSE = 15_000; // milliseconds between two messages to the site, whatever happens
const LONGEST = 600_000; // … and while nothing happens: a video is watched without it

// Each thing once, and all of it by one message when the page is put away. Staff's pages name no address to
// tell it to; nobody is counted who asks not to be, nor a browser that a program drives.
const page = document.querySelector("[data-counts]");
const isWanted = page && !navigator.webdriver && !navigator.globalPrivacyControl && navigator.doNotTrack !== "1";
const counted = new Set();
let untold = [];

export function count(what) {
  if (!isWanted || counted.has(what)) return;
  counted.add(what);
  untold.push(["what", what]);
}

function tell() {
  if (untold.length) navigator.sendBeacon(page.dataset.counts, new URLSearchParams(untold));
  untold = [];
}

// A page that was fetched ahead, or opened behind others, is hidden until somebody looks.
function look() {
  if (document.hidden) tell();
  else count("views");
}

document.addEventListener("visibilitychange", look);
addEventListener("pagehide", tell);
look();

// By post: the place, the moment by this browser's clock, and whether it was the end.
function kept(store) {
  try {
    return JSON.parse(window[store].getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(store, places) {
  try {
    window[store].setItem(KEY, JSON.stringify(places));
  } catch {
    // Full, or forbidden: then it is not remembered.
  }
}

// The place in the post that `element` names; its attributes say what the site knows of it.
export class Place {
  constructor(element) {
    this.post = element.getAttribute("post");
    this.progress = element.getAttribute("progress"); // where to tell it; none for visitors
    this.token = element.getAttribute("token");
    this.lead = this.progress ? Number(element.getAttribute("now")) * 1000 - Date.now() : 0;
    this.toldAt = 0;
    this.left = this.find(element);
    if (this.progress) this.carryOver();
  }

  // A member's own place stays in this tab only: the next one at this computer has none of it.
  get store() {
    return this.progress ? "sessionStorage" : "localStorage";
  }

  // The newest of what the site, this tab and this browser know; null when it is not begun, or over.
  find(element) {
    const known = ["sessionStorage", "localStorage"].map((store) => kept(store)[this.post]);
    if (element.hasAttribute("place")) {
      const seen = Number(element.getAttribute("seen")) * 1000 - this.lead;
      known.push([Number(element.getAttribute("place")), seen, element.hasAttribute("over")]);
    }
    const [newest] = known.filter(Boolean).sort(([, one], [, other]) => other - one);
    return newest && !newest[2] ? newest[0] : null;
  }

  note(place, isOver = false) {
    if (isOver) count("completions");
    this.latest = [place, Date.now(), isOver || (this.latest?.[2] ?? false)];
    const { [this.post]: _, ...others } = kept(this.store);
    const places = [...Object.entries(others), [this.post, this.latest]];
    keep(this.store, Object.fromEntries(places.slice(-MOST)));
    if (Date.now() - this.toldAt > LONGEST) this.tell();
  }

  // Tells the site, unless it has just been told; when the page is `leaving`, in any case.
  tell(leaving = false) {
    if (!this.progress || !this.latest || (!leaving && Date.now() - this.toldAt < PAUSE)) return;
    navigator.sendBeacon(this.progress, this.form([[this.post, this.latest]]));
    this.latest = null;
    this.toldAt = Date.now();
  }

  // What a visitor's browser has kept becomes the member's, on all their devices.
  async carryOver() {
    const places = Object.entries(kept("localStorage"));
    if (!places.length) return;
    const answer = await fetch(this.progress, { method: "POST", body: this.form(places) }).catch(() => null);
    if (answer?.ok) localStorage.removeItem(KEY);
  }

  form(places) {
    const told = places.map(([post, [place, at, over]]) => ({ post, place, at: at + this.lead, over }));
    const form = new FormData();
    form.append("csrfmiddlewaretoken", this.token);
    form.append("places", JSON.stringify(told));
    return form;
  }
}
