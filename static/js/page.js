// What every page does once it can be read: it brings its scripts and whatever else can wait, and keeps itself
// without a network. Until then the line is for words and pictures.

const PATIENCE = 3_000; // milliseconds after it is loaded: then nothing of it is on the way any more

const rested = new Promise((done) => addEventListener("load", () => setTimeout(done, PATIENCE)));
const painted = new Promise((done) => {
  new PerformanceObserver((seen) => {
    if (seen.getEntriesByName("first-contentful-paint").length) done();
  }).observe({ type: "paint", buffered: true });
  rested.then(done); // not every browser tells when it has painted
});

painted.then(() => {
  for (const one of document.querySelectorAll("[data-src], [data-href]")) Object.assign(one, one.dataset);
});

// While the old service worker has something under way, a new one may have to wait long for its place.
rested.then(() => {
  const { content } = document.querySelector("[name=service-worker]");
  navigator.serviceWorker?.register(content, { updateViaCache: "all" }).catch(() => {});
});
