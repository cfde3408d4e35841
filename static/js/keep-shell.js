// Keeps the page for when there is no network.
addEventListener("load", () => {
  const { content } = document.querySelector("[name=service-worker]");
  navigator.serviceWorker?.register(content, { updateViaCache: "all" }).catch(() => {});
});
