// What this browser remembers: loudness, speed, captions, and the place in each video. Where it may
// not remember anything, the player works all the same.

const KEY = "player";
const MOST_PLACES = 60;
const FIRST_SECONDS = 2; // too early to be a place
const NEARLY_ALL = 0.95;
const EVERY = 5; // seconds

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export const recall = (name) => read()[name];

export function remember(name, value) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...read(), [name]: value }));
  } catch {
    // Full, or forbidden.
  }
}

// The second where `player` was left, or null when it was not begun or seen almost to its end.
export function placeIn(player) {
  const second = recall("places")?.[player.getAttribute("post")];
  return second && second < player.seconds * NEARLY_ALL ? second : null;
}

function keepPlace(player) {
  if (!player.hasBegun || player.now < FIRST_SECONDS) return;
  const { [player.getAttribute("post")]: _, ...others } = recall("places") ?? {};
  const places = Object.entries(others);
  // The end of an opening is where the whole goes on, once one has it.
  if (player.isOpening || player.now < player.seconds * NEARLY_ALL) {
    places.push([player.getAttribute("post"), Math.floor(player.now)]);
  }
  remember("places", Object.fromEntries(places.slice(-MOST_PLACES)));
}

export function memory(player) {
  const { video } = player;
  video.volume = recall("volume") ?? 1;
  video.muted = recall("isMuted") ?? false;
  video.defaultPlaybackRate = video.playbackRate = recall("speed") ?? 1;

  player.listen(video, "volumechange", () => {
    remember("volume", video.volume);
    remember("isMuted", video.muted);
  });
  player.listen(video, "ratechange", () => remember("speed", video.playbackRate));

  let kept = 0;
  player.listen(video, "timeupdate", () => {
    if (Math.abs(video.currentTime - kept) < EVERY) return;
    kept = video.currentTime;
    keepPlace(player);
  });
  player.listen(video, "pause ended", () => keepPlace(player));
  player.listen(window, "pagehide", () => keepPlace(player));
  player.listen(document, "visibilitychange", () => { if (document.hidden) keepPlace(player); });
}
