// What the last button opens: captions, speed, the sleep timer, chapters, and other places to watch.

export function panel(player) {
  const { video } = player;
  const button = player.part("more");
  const box = player.part("panel");
  let opener = button;
  const speeds = [...player.querySelectorAll("input[name=speed]")];

  const open = (isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    box.hidden = !isOpen;
    if (isOpen) player.dispatchEvent(new Event("opened"));
  };

  const setSpeed = (speed) => { video.defaultPlaybackRate = video.playbackRate = speed; };

  const tellSpeed = () => {
    for (const choice of speeds) choice.checked = Number(choice.value) === video.playbackRate;
  };

  // From a button elsewhere on the page, which gets the keyboard back.
  player.openPanel = (from) => {
    opener = from;
    open(true);
    (speeds.find((choice) => choice.checked) ?? speeds[0]).focus();
  };
  player.hasOpenPanel = () => !box.hidden;
  // One step slower or faster.
  player.changeSpeed = (step) => {
    const values = speeds.map((choice) => Number(choice.value));
    const place = values.findLastIndex((value) => value <= video.playbackRate);
    setSpeed(values[Math.min(Math.max(0, place + step), values.length - 1)]);
  };

  player.listen(button, "click", () => {
    opener = button;
    open(box.hidden);
  });
  player.listen(player, "keydown", (event) => {
    if (event.key !== "Escape" || box.hidden) return;
    event.preventDefault();
    open(false);
    opener.focus();
  });
  for (const choice of speeds) player.listen(choice, "change", () => setSpeed(Number(choice.value)));
  player.listen(video, "ratechange", tellSpeed);
  tellSpeed();
}
