// The transcript under the video: a tap on a line plays from there and a second tap stops, the line
// that is said is lit, and a tap on the player's time goes to it.

import { secondOf } from "./clock.js";

const LINE = 'a[href^="#t="]';

export function transcript(player) {
  const { video } = player;
  const text = document.getElementById(player.getAttribute("transcript"));
  const lines = [...(text?.querySelectorAll(LINE) ?? [])];
  const time = player.part("time");
  let said = null;

  const light = () => {
    const now = lines.findLast((line) => secondOf(line.hash) <= player.now);
    if (now === said) return;
    said?.removeAttribute("aria-current");
    now?.setAttribute("aria-current", "true");
    said = now;
  };

  const playLine = (event) => {
    const line = event.target.closest(LINE);
    if (!line) return;
    event.preventDefault();
    if (line === said && !video.paused) {
      video.pause();
      return;
    }
    history.replaceState(null, "", line.hash);
    player.seek(secondOf(line.hash));
    player.play();
  };

  const goToLine = () => {
    const line = said ?? lines[0];
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "center" });
  };

  const followAddress = () => {
    const second = secondOf(location.hash);
    if (second === null) return;
    player.seek(second);
    player.scrollIntoView({ block: "center" });
  };

  if (!lines.length) time.disabled = true;
  player.listen(video, "timeupdate seeked", light);
  player.listen(text, "click", playLine);
  player.listen(time, "click", goToLine);
  player.listen(window, "hashchange", followAddress);
  followAddress();
}
