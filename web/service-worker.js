// Keeps all files of the page, so that it works without a network.

// Another one for other files: it is written with the page.
const VERSION = 'VERSION';
const FILES = [
  './',
  'page.css',
  'page.js',
  'model.js',
  'drawing.js',
  'resize.js',
  'model.json',
  'model.onnx',
  'ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
];
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
// A host may have several such pages, which share its caches.
const own = `vitrail ${worker.registration.scope} `;
const current = own + VERSION;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(current)
      .then((cache) => cache.addAll(FILES))
      .then(() => worker.skipWaiting()),
  );
});
worker.addEventListener('activate', (event) => {
  const remove = async () => {
    for (const name of await caches.keys()) if (name.startsWith(own) && name !== current) await caches.delete(name);
    await worker.clients.claim();
  };
  event.waitUntil(remove());
});
worker.addEventListener('fetch', (event) => {
  event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((found) => found ?? fetch(event.request)));
});
