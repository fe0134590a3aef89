/*
 * Opens the page without a network, and gives a page that was opened before a deploy the parts that the deploy took
 * away. Nothing that can grow old is ever answered from here: a page comes from the network whenever there is one, an
 * asset's name changes with its contents, and all else isn't touched. `dev/build/offline.ts` fills in the version and the files.
 */
const OURS = "mycelium-";
const CACHE = "mycelium-__VERSION__";
const FILES = __FILES__;

/** Pages stay open for weeks: so many versions are kept, this one among them. */
const VERSIONS = 5;

self.addEventListener("install", (event) => {
  event.waitUntil(
    keep()
      // A version that waited for every tab to close could wait for ever.
      .then(() => self.skipWaiting()),
  );
});

/** Keeps this version as the newest, also where an operator went back to it; all of it, or nothing. */
async function keep() {
  await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  try {
    // What the browser's own cache has may be of another version.
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
      // In the order in which they were made. Others of this origin may have caches too.
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
