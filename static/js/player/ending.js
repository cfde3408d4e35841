// After the last second: what could come next, offered and never begun by itself.

export function ending(player) {
  const { video } = player;
  const box = player.part("end");
  const controls = player.part("controls");

  // It takes the place of the buttons, and gives it back when one goes back.
  const swap = (from, to, focused) => {
    const hadFocus = from.contains(document.activeElement);
    from.hidden = true;
    to.hidden = false;
    if (hadFocus) focused.focus({ preventScroll: true });
  };

  player.listen(video, "ended", () => swap(controls, box, box.querySelector("a, button")));
  player.listen(video, "play seeking", () => { if (!box.hidden) swap(box, controls, player.part("play")); });
  player.listen(player.part("again"), "click", () => {
    player.seek(0);
    player.play();
  });
}
