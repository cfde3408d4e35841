// Keeps the page without a network.
addEventListener("load", () => {
  const { content } = document.querySelector("[name=service-worker]");
  navigator.serviceWorker?.register(content, { updateViaCache: "all" }).catch(() => {});
});
