// The sleep timer: what plays grows quiet and stops, after some minutes or at the end of this video. The
// minutes are this tab's, and go on over to the next video. Only what plays can stop, so what plays is
// also the clock.

const KEY = "sleep";
const FADE = 20_000; // milliseconds
const LEAST = 0.02; // silence would bring the captions

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function remember(timer) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(timer));
  } catch {
    // Full, or forbidden: then it is for this page alone.
  }
}

export function sleep(player) {
  const choices = [...player.querySelectorAll("input[name=sleep]")];
  const said = player.part("asleep");
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  let timer = null; // the choice, and for minutes the moment by this browser's clock
  let loudness = null; // before it grew quiet

  const set = (next, words = "") => {
    timer = next;
    remember(next?.until ? next : null);
    for (const choice of choices) choice.checked = choice.value === (next?.choice ?? "off");
    said.textContent = words;
  };

  const begin = ({ choice, until }) => {
    said.setAttribute("aria-live", "polite");
    set({ choice, until }, until ? player.words("sleeps", { time: clock.format(until) }) : player.words("sleeps-after"));
  };

  const choose = (choice) => {
    wake();
    const minutes = Number(choice);
    if (choice === "off") set(null);
    else begin({ choice, until: minutes ? Date.now() + 60_000 * minutes : null });
  };

  // Nobody is woken to be told that it is over.
  const stop = () => {
    said.setAttribute("aria-live", "off");
    set(null, player.words("slept"));
    if (document.fullscreenElement) document.exitFullscreen();
    if (document.pictureInPictureElement) document.exitPictureInPicture();
  };

  const quieten = (media, share) => {
    player.isGrowingQuiet = true;
    loudness ??= media.volume;
    media.volume = Math.max(LEAST, loudness * share);
  };

  const wake = () => {
    if (loudness !== null) (player.heard ?? player.video).volume = loudness;
    loudness = null;
    player.isGrowingQuiet = false;
  };

  const look = ({ target }) => {
    if (!timer?.until || target.paused) return;
    const left = timer.until - Date.now();
    if (left <= 0) {
      target.pause();
      wake();
      stop();
    } else if (left < FADE) quieten(target, left / FADE);
  };

  for (const media of player.media) {
    player.listen(media, "timeupdate", look);
    player.listen(media, "pause", wake);
    player.listen(media, "ended", () => { if (timer && !timer.until) stop(); });
    // Who presses play after the hour is awake.
    player.listen(media, "play", () => { if (timer?.until < Date.now()) set(null); });
  }
  for (const choice of choices) player.listen(choice, "change", () => choose(choice.value));
  const kept = recall();
  if (kept?.until > Date.now()) begin(kept);
}
