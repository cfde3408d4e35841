// The bar: where it plays, what is loaded, and the picture of the moment one is about to go to.

import { clock, spoken } from "./clock.js";
import { Storyboard } from "./storyboard.js";

const THUMB = 18; // pixels, as in the style sheet
const LINGERS = 1200; // milliseconds that the picture stays after a key

export function seekBar(player) {
  const { video } = player;
  const slider = player.part("seek");
  const preview = player.part("preview");
  const storyboard = new Storyboard(player, player.part("tile"));
  let isDragging = false;
  let lingering = 0;

  const fill = (name, second) => slider.parentElement.style.setProperty(name, second / player.seconds || 0);

  const tell = (second = player.now) => {
    const whole = player.seconds;
    slider.max = whole;
    slider.value = second;
    const text = player.words("place", { now: spoken(second), whole: spoken(whole) });
    if (slider.getAttribute("aria-valuetext") !== text) slider.setAttribute("aria-valuetext", text);
    player.part("now").textContent = clock(second);
    player.part("whole").textContent = clock(whole);
    fill("--played", second);
  };

  const tellLoaded = () => {
    const ranges = [...Array(video.buffered.length).keys()].map((n) => [video.buffered.start(n), video.buffered.end(n)]);
    fill("--loaded", ranges.find(([from, to]) => from <= player.now + 0.5 && player.now <= to)?.[1] ?? 0);
  };

  // The picture follows the moment but stays inside the player.
  const look = (second) => {
    clearTimeout(lingering);
    preview.hidden = false;
    const chapter = player.chapterAt(second);
    player.part("moment").textContent = chapter ? `${clock(second)} · ${chapter}` : clock(second);
    storyboard.show(second);
    const room = slider.offsetWidth;
    const half = preview.offsetWidth / 2;
    const middle = Math.min(Math.max(half, THUMB / 2 + ((room - THUMB) * second) / player.seconds), Math.max(half, room - half));
    preview.style.insetInlineStart = `${middle}px`;
  };

  const lookAway = () => {
    clearTimeout(lingering);
    preview.hidden = true;
  };

  const secondAt = (event) => {
    const { left, width } = slider.getBoundingClientRect();
    const part = (event.clientX - left - THUMB / 2) / (width - THUMB);
    return player.seconds * Math.min(Math.max(0, part), 1);
  };

  player.isSeeking = () => isDragging;
  // For keys: go there, and show for a moment where that is.
  player.lookAt = (second) => {
    look(second);
    lingering = setTimeout(lookAway, LINGERS);
  };

  player.listen(slider, "input", () => {
    isDragging = true;
    tell(Number(slider.value));
    look(Number(slider.value));
  });
  player.listen(slider, "change", () => {
    isDragging = false;
    lookAway();
    player.seek(Number(slider.value));
  });
  player.listen(slider, "pointerdown", () => storyboard.load());
  player.listen(slider, "pointermove", (event) => { if (event.pointerType === "mouse" && !isDragging) look(secondAt(event)); });
  player.listen(slider, "pointerleave pointercancel blur", ({ buttons }) => {
    if (buttons) return;
    isDragging = false;
    lookAway();
  });
  player.listen(video, "timeupdate durationchange seeked", () => { if (!isDragging) tell(); });
  player.listen(player, "moved begun", () => tell());
  player.listen(video, "progress timeupdate", tellLoaded);
  tell();
}
