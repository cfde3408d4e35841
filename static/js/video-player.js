// <video-player transcript="id">: a real <video> with two ways to begin, captions while it is
// muted, and a transcript that plays from the line that is tapped and lights the line that is said.

const secondOf = (hash) => {
  const match = /^#t=(\d+)$/.exec(hash);
  return match ? Number(match[1]) : null;
};

class VideoPlayer extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    this.video = this.querySelector("video");
    this.start = this.querySelector(".player-start");
    const transcript = document.getElementById(this.getAttribute("transcript"));
    this.lines = [...(transcript?.querySelectorAll('a[href^="#t="]') ?? [])];

    this.offerStart();
    this.listen(this.video, "play", () => this.begin());
    this.listen(this.video, "volumechange", () => this.captionWhileMuted());
    this.listen(this.video, "timeupdate", () => this.lightLine());
    this.listen(transcript, "click", (event) => this.playLine(event));
    this.listen(window, "hashchange", () => this.seekToAddress());
    this.seekToAddress();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  listen(target, type, act) {
    target?.addEventListener(type, act, { signal: this.listening.signal });
  }

  offerStart() {
    if (!this.video.paused) return;
    this.video.controls = false;
    this.start.hidden = false;
    for (const button of this.start.querySelectorAll("button")) {
      this.listen(button, "click", () => {
        this.video.muted = button.dataset.start === "muted";
        this.captionWhileMuted();
        this.video.play();
        this.video.focus();
      });
    }
  }

  begin() {
    this.video.controls = true;
    this.start.hidden = true;
  }

  // Only captions that came on by themselves go off again by themselves.
  captionWhileMuted() {
    const muted = this.video.muted || this.video.volume === 0;
    const tracks = [...this.video.textTracks];
    if (muted && !tracks.some((track) => track.mode === "showing") && tracks.length) {
      this.automatic = tracks.find((track) => track.language === document.documentElement.lang) ?? tracks[0];
      this.automatic.mode = "showing";
    } else if (!muted && this.automatic) {
      this.automatic.mode = "disabled";
      this.automatic = null;
    }
  }

  lightLine() {
    const now = this.video.currentTime;
    const said = this.lines.findLast((line) => secondOf(line.hash) <= now);
    if (said === this.said) return;
    this.said?.removeAttribute("aria-current");
    said?.setAttribute("aria-current", "true");
    this.said = said;
  }

  playLine(event) {
    const line = event.target.closest('a[href^="#t="]');
    if (!line) return;
    event.preventDefault();
    history.replaceState(null, "", line.hash);
    this.video.currentTime = secondOf(line.hash);
    this.video.play();
  }

  seekToAddress() {
    const second = secondOf(location.hash);
    if (second === null) return;
    this.video.currentTime = second;
    this.scrollIntoView({ block: "center" });
  }
}

customElements.define("video-player", VideoPlayer);
