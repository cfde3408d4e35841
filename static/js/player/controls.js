// The buttons over the picture, and when they step aside: never while it is paused, while one of
// them has the keyboard, or while something is open.

const RESTS_AFTER = 2600; // milliseconds
export const SKIP = 15; // seconds

export function controls(player) {
  const { video } = player;
  const bar = player.part("controls");
  const play = player.part("play");
  const mute = player.part("mute");
  const volume = player.part("volume");
  let resting = 0;

  const tellPlaying = () => {
    const state = !player.hasBegun ? "poster" : video.ended ? "ended" : video.paused ? "paused" : "playing";
    player.dataset.state = state;
    play.setAttribute("aria-label", play.dataset[state === "playing" ? "pause" : state === "ended" ? "again" : "play"]);
  };

  const tellSound = () => {
    if (player.isGrowingQuiet) return;
    const isMuted = video.muted || video.volume === 0;
    mute.setAttribute("aria-pressed", String(isMuted));
    volume.value = isMuted ? 0 : video.volume;
  };

  const toggleMute = () => {
    const isMuted = video.muted || video.volume === 0;
    video.muted = !isMuted;
    if (isMuted && video.volume === 0) video.volume = 0.5;
  };

  const setVolume = () => {
    video.volume = Number(volume.value);
    video.muted = video.volume === 0;
  };

  const mustStay = () => video.paused || player.isSeeking() || player.hasOpenPanel()
    || bar.matches(":has(:focus-visible)") || bar.matches(":has(button:hover, input:hover)");

  const rest = () => {
    if (!mustStay()) player.toggleAttribute("data-idle", true);
  };

  const wake = () => {
    clearTimeout(resting);
    resting = setTimeout(rest, RESTS_AFTER);
    player.toggleAttribute("data-idle", false);
  };

  // A finger calls the buttons or sends them away; a mouse plays and pauses.
  const touchPicture = (event) => {
    if (!player.hasBegun) return;
    if (event.pointerType === "mouse") {
      player.toggle();
      play.focus({ preventScroll: true });
    } else if (player.hasAttribute("data-idle")) wake();
    else rest();
  };

  player.toggleMute = toggleMute;
  player.listen(play, "click", () => player.toggle());
  player.listen(player.part("back"), "click", () => player.skip(-SKIP));
  player.listen(player.part("forward"), "click", () => player.skip(SKIP));
  player.listen(mute, "click", toggleMute);
  player.listen(volume, "input", setVolume);
  player.listen(video, "click", touchPicture);
  player.listen(video, "volumechange", tellSound);
  player.listen(video, "play pause ended seeked", () => {
    tellPlaying();
    wake();
  });
  player.listen(video, "waiting seeking", () => player.toggleAttribute("data-busy", true));
  player.listen(video, "playing canplay pause seeked error", () => player.toggleAttribute("data-busy", false));
  player.listen(player, "begun", () => {
    bar.hidden = false;
    player.toggleAttribute("data-busy", video.readyState < 3);
    tellPlaying();
    wake();
  });
  player.listen(player, "pointermove focusin keydown", (event) => { if (event.pointerType !== "touch") wake(); });
  player.listening.signal.addEventListener("abort", () => clearTimeout(resting));
  tellPlaying();
  tellSound();
  fullScreen(player);
}

// An iPhone lends its whole screen to the <video> alone, everybody else to all of the player.
function fullScreen(player) {
  const { video } = player;
  const button = player.part("full");
  const isFull = () => document.fullscreenElement === player;

  player.toggleFullScreen = () => {
    if (isFull()) document.exitFullscreen();
    else if (player.requestFullscreen) player.requestFullscreen();
    else video.webkitEnterFullscreen?.();
  };
  button.hidden = !(document.fullscreenEnabled || video.webkitEnterFullscreen);
  player.listen(button, "click", () => player.toggleFullScreen());
  player.listen(document, "fullscreenchange", () => {
    button.setAttribute("aria-label", button.dataset[isFull() ? "leave" : "enter"]);
  });
}
