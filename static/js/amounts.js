// Amounts as people say them, and the pace at which something grows.

const UNITS = [["GB", 1e9, 1], ["MB", 1e6, 0], ["KB", 1e3, 0]];
const WINDOW = 15_000; // milliseconds over which a pace is measured

export const bytes = (count) => {
  const [unit, size, digits] = UNITS.find(([, size]) => count >= size) ?? UNITS.at(-1);
  return `${(count / size).toFixed(digits)} ${unit}`;
};

export const duration = (seconds) => {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

// How fast an amount grows; what it was at the start does not count.
export class Pace {
  seen = [];

  note(amount, now = performance.now()) {
    this.seen.push({ amount, now });
    while (this.seen.length > 2 && now - this.seen[0].now > WINDOW) this.seen.shift();
  }

  // Seconds until `rest` more is there; null as long as nobody can tell.
  until(rest) {
    const [first, last] = [this.seen[0], this.seen.at(-1)];
    const grown = last ? last.amount - first.amount : 0;
    const seconds = last ? (last.now - first.now) / 1000 : 0;
    return grown > 0 && seconds > 2 ? (rest / grown) * seconds : null;
  }
}
