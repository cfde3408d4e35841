// The sound alone, under the picture: it goes on where the video was, and the video where it was.

export function listen(player) {
  const { video, audio } = player;
  if (!audio) return;
  const acts = audio.parentElement.querySelector("[data-listen-acts]");
  let awaited = null; // the second to go to, once it knows its length
  let isFresh = false;

  const goTo = (second) => {
    awaited = second;
    if (audio.readyState > 0) arrive();
  };

  const arrive = () => {
    if (awaited !== null) audio.currentTime = awaited;
    awaited = null;
  };

  // Its pass ran out while it was paused for a night.
  const renew = async () => {
    if (isFresh) return;
    isFresh = true;
    const answer = await fetch(player.getAttribute("renewal"), { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    const second = audio.currentTime;
    audio.src = (await answer.json()).audio;
    goTo(second);
    audio.play();
  };

  const followSpeed = () => { audio.defaultPlaybackRate = audio.playbackRate = video.playbackRate; };

  player.listen(audio, "play", () => {
    if (player.heard !== audio) goTo(player.now);
    player.heard = audio;
    video.pause();
    player.complete();
  });
  player.listen(video, "play", () => {
    if (player.heard !== audio) return;
    player.heard = null;
    audio.pause();
    player.seek(audio.currentTime);
  });
  player.listen(audio, "loadedmetadata", arrive);
  player.listen(audio, "playing", () => { isFresh = false; });
  player.listen(audio, "error", renew);
  player.listen(video, "ratechange", followSpeed);
  player.listen(acts, "click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.skip) goTo(Math.max(0, audio.currentTime + Number(button.dataset.skip)));
    else if (button) player.openPanel(button);
  });
  followSpeed();
  acts.hidden = false;
}
