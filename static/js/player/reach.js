// That it was played, and the quarters that were played through; a jump over one does not count.

import { count } from "../telling.js";

const QUARTERS = [25, 50, 75]; // percent

export function reach(player) {
  for (const media of player.media) {
    let before = media.currentTime;
    const moveOn = () => {
      const passed = (percent) => before < (player.seconds * percent) / 100 && media.currentTime >= (player.seconds * percent) / 100;
      // An opening is a part of it, and its quarters are none.
      if (!player.isOpening) for (const percent of QUARTERS.filter(passed)) count(`reached_${percent}`);
      before = media.currentTime;
    };
    const play = () => count("plays");
    if (!media.paused) play();
    player.listen(media, "playing", play);
    player.listen(media, "timeupdate", moveOn);
    player.listen(media, "seeking", () => { before = media.currentTime; });
  }
}
