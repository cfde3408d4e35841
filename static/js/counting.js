// What is counted of this page, and never whose it was: seen, played, how far. Each once, and all of it
// told by one message when the page is put away. Staff's pages name no address to tell it to; nobody is
// counted who asks not to be, nor a browser that a program drives.

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
