// When something fails: asks for fresh addresses, waits for the network, says what is the matter,
// and goes on at the same second.

const STALLED_AFTER = 10_000; // milliseconds
const LONGEST_WAIT = 15_000;

const waitFor = (milliseconds) => new Promise((done) => {
  setTimeout(done, milliseconds);
  window.addEventListener("online", done, { once: true });
});

export function recovery(player) {
  const { video } = player;
  const message = player.part("message");
  const reload = player.part("reload");
  let trouble = null;
  let isMending = false;
  let isFresh = false; // addresses were renewed and have not played yet
  let attempts = 0; // since it last played
  let isWanted = false; // that it plays; browsers also pause what has failed
  let stalled = 0;

  // What is loaded plays on, so a cut line is worth a word only when the picture stands.
  const say = () => {
    const isShown = Boolean(trouble && (trouble.isFinal || video.readyState < 3));
    const text = isShown ? player.words(trouble.word) : "";
    if (message.textContent !== text) message.textContent = text;
    reload.hidden = !(isShown && trouble.isFinal);
    player.toggleAttribute("data-troubled", isShown);
  };

  const set = (word, isFinal = false) => {
    trouble = word && { word, isFinal };
    say();
  };

  const giveUp = (word) => {
    player.engine.stop();
    set(word, true);
  };

  const mend = async (reported) => {
    if (isMending || trouble?.isFinal) return;
    isMending = true;
    await goOn(reported).finally(() => { isMending = false; });
  };

  // `reported`: the "network" failed, nothing moves ("stall"), a pass "expired", or the "media" is odd.
  const goOn = async (reported) => {
    const isAboutTheLine = reported === "network" || reported === "stall";
    if (attempts > 1 && isAboutTheLine) set("unreachable");
    if (attempts > 0) await waitFor(Math.min(1000 * 2 ** attempts, LONGEST_WAIT));
    const { response, wasCut } = await ask();
    if (response.status === 404) return giveUp("over");
    attempts += 1;
    if (isAboutTheLine && attempts < 3) {
      if (reported === "network" || wasCut || attempts > 1) await player.engine.resume();
      else watchForStall();
    } else {
      if (!isAboutTheLine && (isFresh || reported === "media") && !player.engine.fallBack()) return giveUp("broken");
      isFresh = true;
      const addresses = await response.json();
      if (addresses.is_opening && !player.isOpening) return giveUp("over");
      player.adopt(addresses);
      await player.engine.load();
    }
    if (wasCut) set(null);
    if (isWanted && video.paused) player.play();
  };

  // The answer to a request for fresh addresses, however long it takes to get one.
  const ask = async () => {
    for (let wait = 1000, wasCut = false; ; wait = Math.min(2 * wait, LONGEST_WAIT), wasCut = true) {
      const response = navigator.onLine
        && await fetch(player.getAttribute("renewal"), { cache: "no-store" }).catch(() => null);
      if (response && response.status < 500) return { response, wasCut };
      set(response ? "unreachable" : "offline");
      await waitFor(wait);
    }
  };

  const watchForStall = () => {
    say();
    clearTimeout(stalled);
    stalled = setTimeout(() => { if (video.readyState < 3 && !video.paused) mend("stall"); }, STALLED_AFTER);
  };

  const playsAgain = () => {
    clearTimeout(stalled);
    if (video.paused || video.readyState < 3) return;
    [attempts, isFresh] = [0, false];
    if (trouble && !isMending) set(null);
    else if (trouble) say();
  };

  player.listen(reload, "click", () => {
    history.replaceState(null, "", `#t=${Math.floor(player.now)}`);
    location.reload();
  });
  player.listen(player, "trouble", ({ detail }) => mend(detail));
  player.listen(video, "waiting", watchForStall);
  player.listen(video, "timeupdate", playsAgain);
  player.listen(window, "offline", () => { if (!video.paused) mend("stall"); });
  player.listen(video, "play", () => { isWanted = true; });
  player.listen(video, "pause", () => { if (!video.error) isWanted = false; });
  player.listening.signal.addEventListener("abort", () => clearTimeout(stalled));
}
