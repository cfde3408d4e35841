// Chapters: a list to choose from, marks on the bar, and the name of the one that is playing.

import { clock } from "./clock.js";

export function chapters(player) {
  const { video } = player;
  const element = video.querySelector("track[kind=chapters]");
  const group = player.part("chapters");
  const name = player.part("chapter");
  let cues = [];

  // Asked for with the first tap, not before.
  const load = () => { element.track.mode = "hidden"; };

  const entry = (cue) => {
    const button = document.createElement("button");
    button.type = "button";
    const time = document.createElement("span");
    time.textContent = clock(cue.startTime);
    button.append(time, cue.text);
    player.listen(button, "click", () => {
      player.seek(cue.startTime);
      player.play();
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  };

  const mark = (cue) => {
    const line = document.createElement("i");
    line.style.insetInlineStart = `${(100 * cue.startTime) / player.seconds}%`;
    return line;
  };

  const build = () => {
    cues = [...element.track.cues];
    group.querySelector("ol").replaceChildren(...cues.map(entry));
    player.part("marks").replaceChildren(...cues.slice(1).map(mark));
    group.hidden = cues.length === 0;
    tell();
  };

  const tell = () => {
    const current = cues.findLastIndex((cue) => cue.startTime <= player.now);
    name.textContent = cues[current]?.text ?? "";
    for (const [number, item] of [...group.querySelectorAll("button")].entries()) {
      if (number === current) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  };

  player.chapterAt = (second) => cues.findLast((cue) => cue.startTime <= second)?.text ?? "";
  if (!element) return;
  player.listen(element, "load", build);
  player.listen(player, "begun opened", load);
  player.listen(video, "timeupdate", tell);
  player.listen(player, "moved", tell);
}
