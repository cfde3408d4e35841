// After the last second: what could come next, offered and never begun by itself.

export function ending(player) {
  const box = player.part("end");

  const show = (isShown) => {
    const hadFocus = box.contains(document.activeElement);
    box.hidden = !isShown;
    if (hadFocus && !isShown) player.part("play").focus({ preventScroll: true });
  };

  player.listen(player.video, "ended", () => show(true));
  player.listen(player.video, "play seeking", () => show(false));
  player.listen(player.part("again"), "click", () => {
    player.seek(0);
    player.play();
  });
}
