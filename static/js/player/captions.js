// Captions: the browser's own tracks, so that a telephone's full screen shows them too. They come on
// by themselves while it is muted; what is chosen is remembered.

import { recall, remember } from "./memory.js";

const OFF = "off";

export function captions(player) {
  const { video } = player;
  const tracks = [...video.textTracks].filter((track) => track.kind === "captions");
  const button = player.part("captions");
  const choices = [...player.querySelectorAll("input[name=captions]")];
  let automatic = null; // the track that came on by itself, and goes off again by itself
  let isRefused = false; // switched off by hand while muted

  const shown = () => tracks.find((track) => track.mode === "showing");
  const liked = () => {
    const languages = [recall("captions"), document.documentElement.lang];
    return languages.map((language) => tracks.find((track) => track.language === language)).find(Boolean) ?? tracks[0];
  };

  const show = (chosen) => {
    for (const track of tracks) track.mode = track === chosen ? "showing" : "disabled";
  };

  const choose = (language) => {
    automatic = null;
    isRefused = language === OFF;
    show(tracks.find((track) => track.language === language));
    remember("hasCaptions", language !== OFF);
    if (language !== OFF) remember("captions", language);
  };

  const followSound = () => {
    const isMuted = video.muted || video.volume === 0;
    if (!isMuted) isRefused = false;
    if (isMuted && !shown() && !isRefused && tracks.length) {
      automatic = liked();
      show(automatic);
    } else if (!isMuted && automatic) {
      automatic = null;
      show(null);
    }
  };

  const tell = () => {
    const language = shown()?.language ?? OFF;
    button.setAttribute("aria-pressed", String(language !== OFF));
    for (const choice of choices) choice.checked = choice.value === language;
  };

  player.toggleCaptions = () => choose(shown() ? OFF : liked()?.language ?? OFF);

  button.hidden = !tracks.length;
  player.listen(button, "click", player.toggleCaptions);
  for (const choice of choices) player.listen(choice, "change", () => choose(choice.value));
  player.listen(video.textTracks, "change", tell);
  player.listen(video, "volumechange", followSound);
  player.listen(player, "begun", () => {
    if (recall("hasCaptions") && !shown()) show(liked());
    followSound();
  });
  tell();
}
