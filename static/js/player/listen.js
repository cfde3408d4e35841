// The sound alone, under the picture: it goes on where the video was, and the video where it was.

export function listen(player) {
  const { video } = player;
  const audio = document.querySelector("[data-listen] audio");
  if (!audio) return;
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

  player.listen(audio, "play", () => {
    if (!video.paused) goTo(player.now);
    video.pause();
  });
  player.listen(video, "play", () => {
    if (audio.paused) return;
    audio.pause();
    player.seek(audio.currentTime);
  });
  player.listen(audio, "loadedmetadata", arrive);
  player.listen(audio, "playing", () => { isFresh = false; });
  player.listen(audio, "error", renew);
}
