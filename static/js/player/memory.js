// What is remembered from one video to the next: loudness, speed, captions, and the place in each.
// Where a browser may not remember anything, the player works all the same.

import { Place } from "../telling.js";

const KEY = "player";
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
  const second = player.place.left;
  return second > FIRST_SECONDS && second < player.seconds * NEARLY_ALL ? second : null;
}

function notePlace(player) {
  const second = player.heard?.currentTime ?? player.now;
  if (!(player.hasBegun || player.heard) || second < FIRST_SECONDS) return;
  // The end of an opening is where the whole goes on, once one has it.
  const isOver = !player.isOpening && second >= player.seconds * NEARLY_ALL;
  player.place.note(Math.floor(second), isOver);
}

export function memory(player) {
  const { video } = player;
  player.place = new Place(player);
  video.volume = recall("volume") ?? 1;
  video.muted = recall("isMuted") ?? false;
  video.defaultPlaybackRate = video.playbackRate = recall("speed") ?? 1;

  player.listen(video, "volumechange", () => {
    if (player.isGrowingQuiet) return;
    remember("volume", video.volume);
    remember("isMuted", video.muted);
  });
  player.listen(video, "ratechange", () => remember("speed", video.playbackRate));

  let noted = 0;
  const keepUp = ({ target }) => {
    if (Math.abs(target.currentTime - noted) < EVERY) return;
    noted = target.currentTime;
    notePlace(player);
  };
  const leave = (isLeaving) => {
    notePlace(player);
    player.place.tell(isLeaving);
  };
  for (const media of player.media) {
    player.listen(media, "timeupdate", keepUp);
    player.listen(media, "pause", () => leave(false));
    player.listen(media, "ended", () => leave(true));
  }
  player.listen(window, "pagehide", () => leave(true));
  player.listen(document, "visibilitychange", () => { if (document.hidden) leave(true); });
}
