// Fetches what hls.js will ask for first while hls.js itself is still on its way: the playlists, and
// the head and the first seconds of the least rendition. On a telephone's line that is four round trips
// less before the first picture.

const VARIANT = /BANDWIDTH=(\d+).*\n(\S+)/g;
const HEAD = /^#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@0"/m;
const SEGMENT = /^#EXTINF:([\d.]+),.*\n#EXT-X-BYTERANGE:(\d+)@(\d+)/m;

const key = (url, from, to) => `${new URL(url, location).href} ${from ?? ""}-${to ?? ""}`;

export class EarlyFiles {
  constructor(playlist, second) {
    this.answers = new Map();
    this.fetchFrom(new URL(playlist, location).href, second);
  }

  async fetchFrom(master, second) {
    const variants = [...((await this.ask(master))?.data ?? "").matchAll(VARIANT)];
    if (!variants.length) return;
    const [, , least] = variants.reduce((one, other) => (Number(one[1]) < Number(other[1]) ? one : other));
    const address = new URL(least, master).href;
    const text = (await this.ask(address))?.data ?? "";
    const [, file, length] = HEAD.exec(text) ?? [];
    const [, seconds, segment, start] = SEGMENT.exec(text) ?? [];
    if (!file || start !== length || second >= Number(seconds)) return;
    this.askBeginning(new URL(file, address).href, Number(length), Number(length) + Number(segment));
  }

  // Head and first segment with one request: two for the same file would wait for each other.
  askBeginning(url, middle, end) {
    const whole = this.load(url, { Range: `bytes=0-${end - 1}` }).catch(() => null);
    for (const [from, to] of [[0, middle], [middle, end]]) {
      const slice = whole.then((answer) => answer && { ...answer, data: answer.data.slice(from, to) });
      this.answers.set(key(url, from, to), slice);
    }
  }

  ask(url) {
    const answer = this.load(url).catch(() => null);
    this.answers.set(key(url), answer);
    return answer;
  }

  async load(url, headers = {}) {
    const start = performance.now();
    const response = await fetch(url, { headers });
    const first = performance.now();
    const isWhole = response.status === (headers.Range ? 206 : 200);
    if (!isWhole) return null;
    const data = await (headers.Range ? response.arrayBuffer() : response.text());
    return { data, loading: { start, first, end: performance.now() } };
  }

  // A loader for hls.js that takes each of them once, and asks for everything else as ever.
  loaderFrom(Loader) {
    const { answers } = this;
    return class extends Loader {
      async load(context, config, callbacks) {
        const name = key(context.url, context.rangeStart, context.rangeEnd);
        const answer = await answers.get(name);
        answers.delete(name);
        if (this.isGone) return;
        if (!answer) {
          super.load(context, config, callbacks);
          return;
        }
        const { data, loading } = answer;
        const size = data.byteLength ?? data.length;
        Object.assign(this.stats, { loading, loaded: size, total: size });
        callbacks.onSuccess({ url: context.url, data, code: 200 }, this.stats, context, null);
      }

      destroy() {
        this.isGone = true;
        super.destroy();
      }
    };
  }
}
