// What a lock screen, a headset or a keyboard's media keys show and do, for the video and for the sound
// alone.

import { SKIP } from "./controls.js";

export function session(player) {
  const { video } = player;
  const media = navigator.mediaSession;
  if (!media) return;

  const go = (second) => {
    if (player.heard) player.heard.currentTime = second;
    else player.seek(second);
  };
  const skip = (seconds) => go((player.heard?.currentTime ?? player.now) + seconds);

  const acts = {
    play: () => (player.heard ?? player).play(),
    pause: () => (player.heard ?? video).pause(),
    seekbackward: ({ seekOffset }) => skip(-(seekOffset || SKIP)),
    seekforward: ({ seekOffset }) => skip(seekOffset || SKIP),
    seekto: ({ seekTime }) => go(seekTime),
  };

  const introduce = () => {
    const artwork = video.poster ? [{ src: video.poster }] : [];
    media.metadata = new MediaMetadata({ title: video.getAttribute("aria-label"), artwork });
    for (const [name, act] of Object.entries(acts)) {
      try {
        media.setActionHandler(name, act);
      } catch {
        // This browser does not know that key.
      }
    }
  };

  const tell = () => {
    const { duration, currentTime, playbackRate } = player.heard ?? video;
    if (!Number.isFinite(duration)) return;
    media.setPositionState?.({ duration, playbackRate, position: Math.min(currentTime, duration) });
  };

  if (player.media.some((one) => !one.paused)) introduce();
  tell();
  for (const one of player.media) {
    player.listen(one, "play", introduce);
    player.listen(one, "play loadedmetadata seeked ratechange", tell);
  }
}
