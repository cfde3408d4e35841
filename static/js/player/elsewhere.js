// Watching somewhere else: a small window, an Apple television, a Cast one. Each is offered only
// where it is there.

export function elsewhere(player) {
  smallWindow(player);
  airPlay(player);
  cast(player);
}

function offer(player, name, isOffered) {
  player.part(name).hidden = !isOffered;
  const group = player.part("elsewhere");
  group.hidden = !group.querySelector("button:not([hidden]), a");
}

function smallWindow(player) {
  const { video } = player;
  offer(player, "window", document.pictureInPictureEnabled && !video.disablePictureInPicture);
  player.listen(player.part("window"), "click", async () => {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else {
      await player.play();
      // It needs to know the picture's size first.
      if (video.readyState === 0) await new Promise((done) => video.addEventListener("loadedmetadata", done, { once: true }));
      await video.requestPictureInPicture();
    }
  });
}

function airPlay(player) {
  const { video } = player;
  if (!("webkitShowPlaybackTargetPicker" in video)) return;
  player.listen(video, "webkitplaybacktargetavailabilitychanged", (event) => {
    offer(player, "airplay", event.availability === "available");
  });
  player.listen(player.part("airplay"), "click", () => video.webkitShowPlaybackTargetPicker());
}

// A television fetches the film itself, so it needs an address, which hls.js hides from it.
function cast(player) {
  const { video } = player;
  if (!video.remote || "webkitShowPlaybackTargetPicker" in video) return;
  let wasThere = false;
  video.remote.watchAvailability((isThere) => {
    wasThere ||= isThere;
    offer(player, "cast", wasThere);
  }).catch(() => offer(player, "cast", false));
  player.listen(player.part("cast"), "click", async () => {
    if (player.engine.fallBack()) await player.engine.load();
    await video.remote.prompt().catch(() => {});
    player.play();
  });
}
