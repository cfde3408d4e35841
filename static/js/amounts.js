// Amounts as people say them, and the pace at which something grows.

const UNITS = [["GB", 1e9, 1], ["MB", 1e6, 0], ["KB", 1e3, 0]];
const WINDOW = 15_000; // milliseconds over which a pace is measured

export const bytes = (count) => {
  const [unit, size, digits] = UNITS.find(([, size]) => count >= size) ?? UNITS.at(-1);
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const number = new Intl.NumberFormat(document.documentElement.lang, form).format(count / size);
  return `${number} ${unit}`;
};

// Which of the page's words say it, and what fills their gaps.
export const duration = (seconds) => {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return ["moment-left"];
  if (minutes < 60) return ["minutes-left", { minutes }];
  return ["hours-left", { hours: Math.floor(minutes / 60), minutes: minutes % 60 }];
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
