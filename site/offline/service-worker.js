/*
 * Opens the page without a network, and serves parts that a deploy removed to pages opened before it. Never answers
 * with anything stale: the page comes from the network whenever there is one, an asset's name changes with its contents,
 * and other requests are left alone. `dev/build/offline.ts` fills in the version and the files.
 */
const OURS = "mycelium-";
const CACHE = "mycelium-__VERSION__";
const FILES = __FILES__;

/** Number of versions kept, including this one: pages stay open for weeks. */
const VERSIONS = 5;

self.addEventListener("install", (event) => {
  event.waitUntil(
    keep()
      // Otherwise this version could wait forever for all tabs to close.
      .then(() => self.skipWaiting()),
  );
});

/** Stores all files of this version, or none. Deletes it first, so that it is the newest even after a rollback. */
async function keep() {
  await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  try {
    // The browser's HTTP cache may hold files of another version.
    await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
  } catch (reason) {
    await caches.delete(CACHE);
    throw reason;
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      // Oldest first. Other applications on this origin may have caches too.
      .then((names) => names.filter((name) => name.startsWith(OURS)).slice(0, -VERSIONS))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/") {
    event.respondWith(fetch(request).catch(() => caches.match("/", { cacheName: CACHE })));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});
