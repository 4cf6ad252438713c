import { canvasOf, heatOf, pixelsOf } from './drawing.js';
import { loadModel } from './model.js';

/** @typedef {import('./model.js').Prediction} Prediction */
/** @typedef {{ name: string, read: () => Promise<import('./resize.js').Pixels> }} Picture */

/** @type {<T extends typeof HTMLElement>(id: string, type: T) => InstanceType<T>} */
const byId = (id, type) => {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return /** @type {any} */ (found);
};
const status = (/** @type {string} */ text) => {
  byId('status', HTMLElement).textContent = text;
};
const element = (/** @type {string} */ name, /** @type {string} */ text = '', className = '') =>
  Object.assign(document.createElement(name), { textContent: text, className });

const { about, predict, hasAttention } = await loadModel().catch((error) => {
  byId('title', HTMLElement).textContent = 'No model';
  status(`The model cannot be loaded: ${error.message}. Is the network gone, or this browser older than 2023?`);
  throw error;
});
const { classes, gradient, images } = about;

/** The picture as the model saw it, where it looked, and the most probable classes. */
const resultOf = (/** @type {Prediction} */ { bytes, probabilities, attention }) => {
  const { height, width, channels } = images;
  const picture = element('div', '', 'picture');
  const shown = canvasOf(height, width, (i) =>
    Array.from({ length: 3 }, (_, c) => bytes[i * channels + (channels === 3 ? c : 0)] ?? 0),
  );
  shown.style.imageRendering = height < 64 ? 'pixelated' : 'auto';
  picture.append(shown, ...(attention ? [heatOf(attention, gradient)] : []));
  const list = element('ol');
  const sorted = probabilities.map((value, i) => ({ value, name: classes[i] ?? '' })).sort((a, b) => b.value - a.value);
  for (const { value, name } of sorted.slice(0, 5)) {
    const entry = element('li');
    const bar = element('div', '', 'bar');
    bar.style.setProperty('--share', `${100 * value}%`);
    entry.append(element('span', name), element('span', `${(100 * value).toFixed(1)} %`), bar);
    list.append(entry);
  }
  return {
    parts: [picture, list],
    data: { class: sorted[0]?.name ?? '', probabilities: JSON.stringify(probabilities) },
  };
};

/** Predicts pictures one after the other. Their results stand in their order, before those of earlier pictures. */
const predictAll = async (/** @type {readonly Picture[]} */ pictures) => {
  const results = byId('results', HTMLElement);
  const earlier = results.firstChild;
  let unread = 0;
  for (const [i, { name, read }] of pictures.entries()) {
    status(pictures.length === 1 ? `Predicting ${name} …` : `Predicting ${i + 1} of ${pictures.length} …`);
    const card = element('article');
    card.append(element('h2', name));
    const pixels = await read().catch(() => undefined);
    if (pixels === undefined) {
      unread++;
      card.append(element('p', 'This is not an image that this browser can read.', 'error'));
    } else {
      const { parts, data } = resultOf(await predict(pixels));
      Object.assign(card.dataset, data);
      card.append(...parts);
    }
    card.dataset.name = name;
    results.insertBefore(card, earlier);
  }
  status(unread === 0 ? 'Ready.' : `Ready. ${unread} of ${pictures.length} could not be read.`);
};

// One call after the other, as the model runs one image at a time.
let last = Promise.resolve();
const enqueue = (/** @type {readonly Picture[]} */ pictures) => {
  last = last.then(() => predictAll(pictures)).catch((error) => status(`This failed: ${error.message}`));
};
const enqueueFiles = (/** @type {readonly File[]} */ files) =>
  enqueue(
    files.map((file) => ({
      name: file.name,
      read: async () => {
        const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
        const pixels = pixelsOf(bitmap, bitmap.width, bitmap.height, images.background);
        bitmap.close();
        return pixels;
      },
    })),
  );

const drop = byId('drop', HTMLElement);
for (const kind of ['dragover', 'dragleave', 'drop'])
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', kind === 'dragover');
    if (event instanceof DragEvent && kind === 'drop') enqueueFiles([...(event.dataTransfer?.files ?? [])]);
  });

const input = byId('files', HTMLInputElement);
byId('choose', HTMLElement).addEventListener('click', () => {
  input.removeAttribute('capture');
  input.click();
});
input.addEventListener('change', () => {
  enqueueFiles([...(input.files ?? [])]);
  input.value = '';
});

const [video, camera, take] = [byId('video', HTMLVideoElement), byId('camera', HTMLElement), byId('take', HTMLElement)];
const showCamera = async (/** @type {MediaStream | null} */ stream) => {
  for (const track of video.srcObject instanceof MediaStream ? video.srcObject.getTracks() : []) track.stop();
  video.srcObject = stream;
  if (stream !== null) await video.play();
  video.hidden = stream === null;
  take.hidden = stream === null;
  camera.textContent = stream === null ? 'Use the camera' : 'Close the camera';
};
camera.addEventListener('click', async () => {
  if (!video.hidden) return showCamera(null);
  // Pages that are not served over https have no camera of their own; a phone offers it for files.
  if (navigator.mediaDevices === undefined) {
    input.setAttribute('capture', 'environment');
    return input.click();
  }
  try {
    await showCamera(await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }));
  } catch {
    await showCamera(null);
    status('The camera cannot be used: there is none, or this page may not use it.');
  }
});
take.addEventListener('click', () => {
  const pixels = pixelsOf(video, video.videoWidth, video.videoHeight, images.background);
  enqueue([{ name: 'camera', read: async () => pixels }]);
});

const attention = byId('attention', HTMLInputElement);
attention.addEventListener('change', () => document.body.classList.toggle('plain', !attention.checked));

byId('toggle', HTMLElement).hidden = !hasAttention;
byId('title', HTMLElement).textContent = about.title;
document.title = about.title;
const named = classes.length > 20 ? [...classes.slice(0, 20), '…'] : classes;
byId('classes', HTMLElement).textContent = `It tells ${classes.length} classes apart: ${named.join(', ')}.`;
status('Ready.');
// All files are kept, so that the page works without a network from now on.
if ('serviceWorker' in navigator) {
  await navigator.serviceWorker.register('service-worker.js');
  await navigator.serviceWorker.ready;
  byId('offline', HTMLElement).hidden = false;
}
