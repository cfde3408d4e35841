// What a lock screen, a headset or a keyboard's media keys show and do.

import { SKIP } from "./controls.js";

export function session(player) {
  const { video } = player;
  const media = navigator.mediaSession;
  if (!media) return;

  const acts = {
    play: () => player.play(),
    pause: () => video.pause(),
    seekbackward: ({ seekOffset }) => player.skip(-(seekOffset || SKIP)),
    seekforward: ({ seekOffset }) => player.skip(seekOffset || SKIP),
    seekto: ({ seekTime }) => player.seek(seekTime),
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
    if (!Number.isFinite(video.duration)) return;
    const position = Math.min(video.currentTime, video.duration);
    media.setPositionState?.({ duration: video.duration, playbackRate: video.playbackRate, position });
  };

  player.listen(video, "play", introduce);
  player.listen(video, "loadedmetadata seeked ratechange", tell);
}
