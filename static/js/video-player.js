// <video-player transcript="id">: a real <video> with two ways to begin, captions while it is
// muted, and a transcript that plays from the line that is tapped, stops at a second tap, and
// lights the line that is said.

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
      });
    }
  }

  begin() {
    const pressed = this.start.contains(document.activeElement);
    this.video.controls = true;
    this.start.hidden = true;
    if (pressed) this.video.focus();
  }

  // Only captions that came on by themselves go off again by themselves.
  captionWhileMuted() {
    const muted = this.video.muted || this.video.volume === 0;
    const tracks = [...this.video.textTracks];
    if (muted && !tracks.some((track) => track.mode === "showing") && tracks.length) {
      const { lang } = document.documentElement;
      this.automatic = tracks.find((track) => track.language === lang) ?? tracks[0];
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
    if (line === this.said && !this.video.paused) {
      this.video.pause();
      return;
    }
    history.replaceState(null, "", line.hash);
    this.seek(secondOf(line.hash));
    this.video.play();
  }

  seekToAddress() {
    const second = secondOf(location.hash);
    if (second === null) return;
    this.seek(second);
    this.scrollIntoView({ block: "center" });
  }

  // Some browsers forget a place that is set before they know the video's length.
  seek(second) {
    const go = () => { this.video.currentTime = second; };
    go();
    if (this.video.readyState === 0) {
      const { signal } = this.listening;
      this.video.addEventListener("loadedmetadata", go, { once: true, signal });
    }
  }
}

customElements.define("video-player", VideoPlayer);
