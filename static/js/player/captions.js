// Captions: the browser's own tracks, so that a telephone's full screen shows them too. They come on
// by themselves while it is muted; what is chosen is remembered.

import { recall, remember } from "./memory.js";

const OFF = "off";
const LEAST_ROOM = 280; // pixels of picture, for lines and all buttons

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
    lift();
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

  // Lines stand above the bar while it is there, and at the very top of a small picture, where the
  // other buttons take the room that is left.
  const lift = () => {
    const bar = player.part("bar").offsetHeight;
    const isClear = !bar || player.hasAttribute("data-idle");
    const isSmall = video.offsetHeight < LEAST_ROOM;
    const lines = Math.ceil(bar / Number(getComputedStyle(player).getPropertyValue("--cue-line")));
    for (const cue of shown()?.cues ?? []) {
      const line = isClear ? "auto" : isSmall ? 0 : 1 - lines - cue.text.split("\n").length;
      if (cue.line !== line) cue.line = line;
    }
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
  player.listen(player, "begun idled woken", lift);
  for (const track of video.querySelectorAll("track[kind=captions]")) player.listen(track, "load", lift);
  tell();
}
