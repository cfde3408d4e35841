// The small picture of a moment, cut out of the storyboard's sheets.

import { savesData } from "./engine.js";

const CUE = /([\d:.]+) --> ([\d:.]+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

const secondsOf = (time) => time.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);

function parse(text, address) {
  return [...text.matchAll(CUE)].map(([, start, , sheet, ...box]) => {
    const [x, y, width, height] = box.map(Number);
    return { start: secondsOf(start), sheet: new URL(sheet, address).href, x, y, width, height };
  });
}

export class Storyboard {
  constructor(player, tile) {
    this.player = player;
    this.tile = tile;
    this.picture = tile.querySelector("img");
    this.cues = null;
    this.second = 0;
    player.listen(player, "renewed", () => { this.cues = null; });
  }

  // Fetched when somebody is about to look, and never by those who save data.
  async load() {
    const address = this.player.getAttribute("storyboard");
    if (this.cues || !address || savesData()) return;
    this.cues = [];
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) this.cues = parse(await answer.text(), answer.url);
    this.show(this.second);
  }

  show(second) {
    this.second = second;
    this.load();
    const cue = this.cues?.findLast(({ start }) => start <= second);
    this.tile.hidden = !cue;
    if (!cue) return;
    if (this.picture.src !== cue.sheet) this.picture.src = cue.sheet;
    this.picture.style.translate = `${-cue.x}px ${-cue.y}px`;
    this.tile.style.inlineSize = `${cue.width}px`;
    this.tile.style.blockSize = `${cue.height}px`;
  }
}
