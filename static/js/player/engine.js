// What feeds the <video>: Safari's own HLS, hls.js, or the one MP4 that plays everywhere.

import { EarlyFiles } from "./early.js";

const HLS = "application/vnd.apple.mpegurl";
const PATIENCE = {
  maxTimeToFirstByteMs: 8000,
  maxLoadTimeMs: 60000,
  timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
  errorRetry: { maxNumRetry: 1, retryDelayMs: 500, maxRetryDelayMs: 1000 },
};
const POLICY = { default: PATIENCE };
const REFUSED = [401, 403, 404, 410];

export const savesData = () => Boolean(navigator.connection?.saveData);

// Where AirPlay is, HLS is the browser's own, and AirPlay works with nothing else. Chromium says
// "maybe" to HLS as well, but does less with it than hls.js.
function kindFor(video, playlist) {
  if (!playlist) return "file";
  if ("webkitShowPlaybackTargetPicker" in video && video.canPlayType(HLS)) return "native";
  return "MediaSource" in window ? "hls" : "file";
}

// Tells the player of "trouble": with the network, with a pass that has "expired", with the "media".
export class Engine {
  constructor(player) {
    this.player = player;
    this.video = player.video;
    this.kind = player.hasBegun ? "file" : kindFor(this.video, player.getAttribute("playlist"));
    this.isOpen = player.hasBegun;
    this.turn = 0;
    player.listen(this.video, "error", () => this.complain());
    // Begun by something else than our buttons: then its <source> plays.
    player.listen(this.video, "play", () => { if (!this.isOpen) this.keepFile(); });
  }

  // Gives the video its source, the first time.
  async open() {
    if (this.isOpen) return;
    this.isOpen = true;
    await this.load();
  }

  keepFile() {
    this.kind = "file";
    this.isOpen = true;
  }

  // Gives the video its source, from where the player stands.
  async load() {
    const turn = ++this.turn;
    const second = this.player.now;
    this.close();
    this.player.awaited = second;
    if (this.kind === "hls") {
      const early = new EarlyFiles(this.player.getAttribute("playlist"), second);
      const Hls = await this.library();
      if (turn !== this.turn) return;
      if (Hls?.isSupported()) {
        this.start(Hls, early, second);
        return;
      }
      this.kind = "file";
    }
    const file = this.video.querySelector("source").src;
    this.video.src = this.kind === "native" ? this.player.getAttribute("playlist") : file;
    this.video.load();
  }

  async library() {
    try {
      return (await import(this.player.getAttribute("engine"))).default;
    } catch {
      return null;
    }
  }

  start(Hls, early, second) {
    const hls = new Hls({
      enableWorker: false, // a worker would need blob: in our content-security policy
      capLevelToPlayerSize: !savesData(), // it would lift the limit that is set below
      startPosition: second,
      startLevel: 0, // the least: seen at once, and better within seconds
      loader: early.loaderFrom(Hls.DefaultConfig.loader),
      maxBufferLength: savesData() ? 10 : 30,
      fragLoadPolicy: POLICY,
      playlistLoadPolicy: POLICY,
      manifestLoadPolicy: POLICY,
    });
    this.hls = hls;
    this.hasRecovered = false;
    if (savesData()) hls.on(Hls.Events.MANIFEST_PARSED, () => { hls.autoLevelCapping = 0; });
    hls.on(Hls.Events.ERROR, (_, error) => this.hearHls(Hls, error));
    hls.loadSource(this.player.getAttribute("playlist"));
    hls.attachMedia(this.video);
  }

  hearHls(Hls, { fatal, type, response }) {
    if (REFUSED.includes(response?.code)) this.report("expired");
    else if (!fatal) return;
    else if (type === Hls.ErrorTypes.NETWORK_ERROR) this.report("network");
    else if (this.hasRecovered) this.report("media");
    else {
      this.hasRecovered = true;
      this.hls.recoverMediaError();
    }
  }

  // A <video> does not say why an address gave nothing, so a refusal and a strange format look alike.
  complain() {
    if (this.hls || !this.isOpen) return;
    const isNetwork = this.video.error?.code === MediaError.MEDIA_ERR_NETWORK;
    this.report(isNetwork ? "network" : "expired");
  }

  report(trouble) {
    this.player.dispatchEvent(new CustomEvent("trouble", { detail: trouble }));
  }

  // After a cut: what is loaded is kept where that is possible.
  async resume() {
    if (this.hls?.levels.length) this.hls.startLoad();
    else await this.load();
  }

  // Less clever, but every browser can do it. False when it was that already.
  fallBack() {
    const hadMore = this.kind !== "file";
    this.kind = "file";
    return hadMore;
  }

  stop() {
    this.turn += 1;
    this.close();
    this.video.pause();
  }

  close() {
    this.hls?.destroy();
    this.hls = null;
  }
}
