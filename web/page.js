import * as ort from './ort.wasm.min.mjs';
import { bytesOf, fitted } from './resize.js';

/** The largest side of an image that is read; larger ones are first scaled by the browser. */
const LARGEST = 4096;

/** @type {<T extends HTMLElement>(id: string) => T} */
const byId = (id) => /** @type {any} */ (document.getElementById(id));
const status = (/** @type {string} */ text) => {
  byId('status').textContent = text;
};

/** @type {{ title: string, classes: string[], images: import('./resize.js').Decoding, gradient: number[][] }} */
const model = await (await fetch('model.json')).json();
ort.env.wasm.wasmPaths = new URL('./', import.meta.url).href;
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create('model.onnx');
const hasMap = session.outputNames.includes('attention');

/** The pixels of a picture, upright, over the background. */
const pixelsOf = (
  /** @type {ImageBitmap | HTMLVideoElement} */ picture,
  /** @type {number} */ width,
  /** @type {number} */ height,
) => {
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser has no canvas');
  context.fillStyle = `rgb(${model.images.background.join(' ')})`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { height: canvas.height, width: canvas.width, data: data.filter((_, i) => i % 4 !== 3) };
};

/** Draws values onto a new canvas, three for each pixel. */
const canvasOf = (
  /** @type {number} */ height,
  /** @type {number} */ width,
  /** @type {(i: number) => ArrayLike<number>} */ color,
) => {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { height, width });
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) image.data.set([...Array.from(color(i)), 255], 4 * i);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
};

/** The map of attention as colours, from its smallest weight to its largest. */
const heat = (/** @type {{ dims: readonly number[], data: any }} */ { dims: [, rows = 1, columns = 1], data }) => {
  const [least, most] = [Math.min(...data), Math.max(...data)];
  const { gradient } = model;
  const small = canvasOf(rows, columns, (i) => {
    const share = most > least ? (data[i] - least) / (most - least) : 0;
    return gradient[Math.round(share * (gradient.length - 1))] ?? [0, 0, 0];
  });
  // The browser smooths between the patches.
  const large = document.createElement('canvas');
  Object.assign(large, { height: rows * 16, width: columns * 16, className: 'heat' });
  large.getContext('2d')?.drawImage(small, 0, 0, large.width, large.height);
  return large;
};

const element = (/** @type {string} */ name, /** @type {string} */ text = '') =>
  Object.assign(document.createElement(name), { textContent: text });

/** Predicts a picture and shows the result before the others. */
const predict = async (/** @type {string} */ name, /** @type {import('./resize.js').Pixels} */ pixels) => {
  const { height, width, channels } = model.images;
  const image = fitted(pixels, model.images);
  const bytes = bytesOf(image, channels);
  const outputs = await session.run({ images: new ort.Tensor('uint8', bytes, [1, height, width, channels]) });
  const probabilities = Array.from(outputs.probabilities.data);
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const card = element('article');
  card.dataset.name = name;
  card.dataset.class = model.classes[order[0] ?? 0];
  card.dataset.probabilities = JSON.stringify(probabilities);
  const picture = Object.assign(element('div'), { className: 'picture' });
  const shown = canvasOf(height, width, (i) =>
    Array.from({ length: 3 }, (_, c) => bytes[i * channels + (channels === 3 ? c : 0)] ?? 0),
  );
  shown.style.imageRendering = height < 64 ? 'pixelated' : 'auto';
  picture.append(shown, ...(hasMap ? [heat(outputs.attention)] : []));
  const list = element('ol');
  for (const i of order.slice(0, 5)) {
    const entry = element('li');
    const meter = Object.assign(element('meter'), { value: probabilities[i] });
    entry.append(element('span', model.classes[i]), element('span', `${(100 * probabilities[i]).toFixed(1)} %`), meter);
    list.append(entry);
  }
  card.append(element('h2', name), picture, list);
  byId('results').prepend(card);
};

const predictFiles = async (/** @type {Iterable<File>} */ files) => {
  for (const file of files) {
    status(`Predicting ${file.name} …`);
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
      await predict(file.name, pixelsOf(bitmap, bitmap.width, bitmap.height));
      bitmap.close();
      status('Ready.');
    } catch {
      status(`${file.name} is not an image that this browser can read.`);
    }
  }
};

const drop = byId('drop');
for (const kind of ['dragover', 'dragleave', 'drop'])
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', kind === 'dragover');
    if (event instanceof DragEvent && kind === 'drop') predictFiles([...(event.dataTransfer?.files ?? [])]);
  });

const input = /** @type {HTMLInputElement} */ (byId('files'));
input.addEventListener('change', async () => {
  await predictFiles([...(input.files ?? [])]);
  input.value = '';
});

const video = /** @type {HTMLVideoElement} */ (byId('video'));
byId('camera').addEventListener('click', async () => {
  // Pages that are not served over https have no camera of their own; a phone offers it for files.
  if (navigator.mediaDevices === undefined) {
    input.setAttribute('capture', 'environment');
    input.click();
    return;
  }
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    await video.play();
    video.hidden = false;
    byId('take').hidden = false;
  } catch {
    status('The camera cannot be used.');
  }
});
byId('take').addEventListener('click', () => predict('camera', pixelsOf(video, video.videoWidth, video.videoHeight)));

const attention = /** @type {HTMLInputElement} */ (byId('attention'));
attention.addEventListener('change', () => document.body.classList.toggle('plain', !attention.checked));

byId('toggle').hidden = !hasMap;
byId('title').textContent = model.title;
document.title = model.title;
status('Ready.');
// All files are kept, so that the page works without a network from now on.
if ('serviceWorker' in navigator) await navigator.serviceWorker.register('service-worker.js');
