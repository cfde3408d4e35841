// The keyboard, while it is inside the player; the rest of the page keeps its keys.

import { SKIP } from "./controls.js";

const STEP = 5; // seconds

export function keyboard(player) {
  const go = (second) => {
    player.seek(second);
    player.lookAt(player.now);
  };
  const skip = (seconds) => go(player.now + seconds);

  const keys = {
    k: () => player.toggle(),
    j: () => skip(-SKIP),
    l: () => skip(SKIP),
    m: () => player.toggleMute(),
    c: () => player.toggleCaptions(),
    f: () => player.toggleFullScreen(),
    "<": () => player.changeSpeed(-1),
    ">": () => player.changeSpeed(1),
  };
  for (let tenth = 0; tenth < 10; tenth += 1) keys[tenth] = () => go((player.seconds * tenth) / 10);

  // Keys that other things inside the player have their own use for.
  const shared = {
    " ": () => player.toggle(),
    ArrowLeft: () => skip(-STEP),
    ArrowRight: () => skip(STEP),
    Home: () => go(0),
    End: () => go(player.seconds),
  };
  const onSlider = {
    ...shared,
    ArrowDown: shared.ArrowLeft,
    ArrowUp: shared.ArrowRight,
    PageDown: keys.j,
    PageUp: keys.l,
  };

  const meaning = (key, target) => {
    if (target === player.part("seek") && key in onSlider) return onSlider[key];
    if (target.matches("input")) return keys[key];
    if (key === " " && target.matches("button, a")) return undefined;
    return keys[key] ?? shared[key];
  };

  player.listen(player, "keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const act = meaning(event.key.length === 1 ? event.key.toLowerCase() : event.key, event.target);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
