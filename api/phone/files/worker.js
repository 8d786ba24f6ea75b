// Keeps the page's own files, so that it opens without a network. Routes and tokens are no business of
// this cache: the page keeps them in IndexedDB, where signing out removes them.
const VERSION = "__VERSION__"; // written by the server: a digest over these files
const PREFIX = "phone-";
const CACHE = PREFIX + VERSION;
const PAGE = "/phone";
const SHELL = __SHELL__;

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload" })));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((key) => key.startsWith(PREFIX) && key !== CACHE);
    await Promise.all(old.map((key) => caches.delete(key)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (SHELL.includes(url.pathname)) event.respondWith(kept(event.request, url.pathname));
});

async function kept(request, path) {
  const cache = await caches.open(CACHE);
  // The page's address may carry a date, which the file does not depend on.
  return (await cache.match(path)) ?? fetch(request);
}
