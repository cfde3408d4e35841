// Has the browser keep the page that says there is no network; once all else has come.
addEventListener("load", () => {
  const { content } = document.querySelector("meta[name=service-worker]");
  navigator.serviceWorker?.register(content, { updateViaCache: "all" }).catch(() => {});
});
