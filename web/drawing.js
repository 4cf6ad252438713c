/** @typedef {import('./model.js').Attention} Attention */

/** The largest side of an image that is read; larger ones are first scaled by the browser. */
const LARGEST = 4096;

/** The pixels of a picture, upright, over the background. @returns {import('./resize.js').Pixels} */
export const pixelsOf = (
  /** @type {ImageBitmap | HTMLVideoElement} */ picture,
  /** @type {number} */ width,
  /** @type {number} */ height,
  /** @type {number[]} */ background,
) => {
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser has no canvas');
  context.fillStyle = `rgb(${background.join(' ')})`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { height: canvas.height, width: canvas.width, data: data.filter((_, i) => i % 4 !== 3) };
};

/** Draws values onto a new canvas, three for each pixel. */
export const canvasOf = (
  /** @type {number} */ height,
  /** @type {number} */ width,
  /** @type {(i: number) => number[]} */ color,
) => {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { height, width });
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) image.data.set([...color(i), 255], 4 * i);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
};

/** The map of attention as colours of a gradient, from its smallest weight to its largest. */
export const heatOf = (/** @type {Attention} */ { rows, columns, weights }, /** @type {number[][]} */ gradient) => {
  const [least, most] = [Math.min(...weights), Math.max(...weights)];
  const small = canvasOf(rows, columns, (i) => {
    const share = most > least ? ((weights[i] ?? 0) - least) / (most - least) : 0;
    return gradient[Math.round(share * (gradient.length - 1))] ?? [0, 0, 0];
  });
  // The browser smooths between the patches.
  const large = document.createElement('canvas');
  Object.assign(large, { height: rows * 16, width: columns * 16, className: 'heat' });
  large.getContext('2d')?.drawImage(small, 0, 0, large.width, large.height);
  return large;
};
