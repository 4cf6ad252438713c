// Keeps all files of the page. VERSION is replaced when the page is written: another model is another version.
const CACHE = 'vitrail-VERSION';
const FILES = [
  './',
  'page.css',
  'page.js',
  'resize.js',
  'model.json',
  'model.onnx',
  'ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
];
const worker = /** @type {any} */ (self);

worker.addEventListener('install', (/** @type {any} */ event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES))
      .then(() => worker.skipWaiting()),
  );
});
worker.addEventListener('activate', (/** @type {any} */ event) => {
  const remove = async () => {
    for (const name of await caches.keys())
      if (name.startsWith('vitrail-') && name !== CACHE) await caches.delete(name);
    await worker.clients.claim();
  };
  event.waitUntil(remove());
});
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((found) => found ?? fetch(event.request)));
});
