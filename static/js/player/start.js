// Before the first tap: the poster, how to begin, and where one left off.

import { clock, secondOf } from "./clock.js";
import { placeIn, recall } from "./memory.js";

export function start(player) {
  const { video } = player;
  const box = player.part("start");
  const begin = box.querySelector("[data-start=here]");
  const label = begin.querySelector("span");
  const fresh = label.textContent;

  const offer = () => {
    const second = secondOf(location.hash) ?? placeIn(player);
    player.awaited = second;
    label.textContent = second ? player.words("from", { time: clock(second) }) : fresh;
    box.querySelector("[data-start=anew]").hidden = !second;
  };

  const turns = { here() {}, anew() { player.seek(0); }, muted() { video.muted = true; }, loud() { video.muted = false; } };
  for (const button of box.querySelectorAll("[data-start]")) {
    player.listen(button, "click", () => {
      turns[button.dataset.start]();
      player.play();
    });
  }

  // Whoever muted it last night is not surprised by sound tonight.
  const isQuiet = recall("isMuted") ?? false;
  const quietly = box.querySelector("[data-start=muted]");
  if (quietly) quietly.hidden = isQuiet;
  box.querySelector("[data-start=loud]").hidden = !isQuiet;

  player.listen(player, "begun", () => {
    const hadFocus = box.contains(document.activeElement);
    box.hidden = true;
    if (hadFocus) player.part("play").focus({ preventScroll: true });
  });
  if (player.hasBegun) return;
  box.hidden = false;
  offer();
  player.listen(window, "hashchange", () => { if (!player.hasBegun) offer(); });
}
