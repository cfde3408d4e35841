// Keeps the page that says there is no network, and what it is set in; never anything else.

const SHELL = "shell-{{ version }}";
const PAGE = "{{ page }}";
const FILES = {{ files|safe }};

// Without cookies, so that it is nobody's page. What a page says as it goes must not come through here:
// in Chromium it would be lost.
async function install(event) {
  await event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" });
  const cache = await caches.open(SHELL);
  await cache.addAll(FILES.map((file) => new Request(file, { credentials: "omit" })));
  await self.skipWaiting();
}

async function activate() {
  const others = (await caches.keys()).filter((name) => name !== SHELL);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable(); // the network need not wait for us to wake up
  await self.clients.claim();
}

async function pageOrShell(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

async function fileOfShell(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install(event)));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(pageOrShell(event));
  else if (origin === location.origin && pathname !== PAGE && FILES.includes(pathname)) event.respondWith(fileOfShell(request));
});
