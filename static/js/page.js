// What every page does once it can be read: it brings its scripts and whatever else can wait, and keeps itself
// without a network. Until then the line is for words and pictures.

const PATIENCE = 3_000; // milliseconds, for a browser that does not tell when it has painted

const loaded = new Promise((done) => addEventListener("load", done));
const painted = new Promise((done) => {
  new PerformanceObserver((seen) => {
    if (seen.getEntriesByName("first-contentful-paint").length) done();
  }).observe({ type: "paint", buffered: true });
  loaded.then(() => setTimeout(done, PATIENCE));
});

painted.then(() => {
  for (const script of document.querySelectorAll("[data-src]")) script.src = script.dataset.src;
  for (const link of document.querySelectorAll("[data-href]")) link.href = link.dataset.href;
  return loaded;
}).then(() => {
  const { content } = document.querySelector("[name=service-worker]");
  navigator.serviceWorker?.register(content, { updateViaCache: "all" }).catch(() => {});
});
