// How the player says a moment: 1:05 to read, "1 minute 5 seconds" to hear.

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const padded = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${padded}` : `${minutes}:${padded}`;
}

export function spoken(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = { hour: Math.floor(whole / 3600), minute: Math.floor(whole / 60) % 60, second: whole % 60 };
  const { lang } = document.documentElement;
  return Object.entries(parts)
    .filter(([unit, count]) => count || (unit === "second" && whole === 0))
    .map(([unit, count]) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(count))
    .join(" ");
}

// The second that an address like #t=83 names, or null.
export function secondOf(hash) {
  const match = /^#t=(\d+)$/.exec(hash);
  return match ? Number(match[1]) : null;
}
