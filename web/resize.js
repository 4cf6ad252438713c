// @ts-check
/**
 * Resizing as `vitrail predict` does it (sharp, libvips): a kernel with antialiasing where an image becomes smaller, Catmull-Rom where it
 * becomes larger. libvips rounds between its steps and reads large JPEG files at a fraction of their size, so values differ a little.
 */

/** @typedef {{ height: number, width: number, data: ArrayLike<number> }} Pixels three values for each pixel */
/** @typedef {{ height: number, width: number, channels: number, fit: string, kernel: string, background: number[] }} Decoding */

const sinc = (/** @type {number} */ x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos = (/** @type {number} */ lobes) => (/** @type {number} */ x) =>
  Math.abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0;
/** The cubics of Mitchell and Netravali. */
const cubic = (/** @type {number} */ b, /** @type {number} */ c) => (/** @type {number} */ at) => {
  const x = Math.abs(at);
  if (x < 1) return ((12 - 9 * b - 6 * c) * x ** 3 + (-18 + 12 * b + 6 * c) * x ** 2 + 6 - 2 * b) / 6;
  if (x < 2) return ((-b - 6 * c) * x ** 3 + (6 * b + 30 * c) * x ** 2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6;
  return 0;
};
const catmullRom = cubic(0, 0.5);

const lanczos3 = { reach: 3, weight: lanczos(3) };

/** @type {Record<string, { reach: number, weight: (x: number) => number }>} */
const kernels = {
  nearest: { reach: 0.5, weight: (x) => (x >= -0.5 && x < 0.5 ? 1 : 0) },
  linear: { reach: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { reach: 2, weight: catmullRom },
  mitchell: { reach: 2, weight: cubic(1 / 3, 1 / 3) },
  lanczos2: { reach: 2, weight: lanczos(2) },
  lanczos3,
};

/**
 * For each output position, the inputs and their weights; beyond the edge, the last pixel is repeated. `scale`: how many inputs there are for
 * each output, from the middle. Where it is below 1, libvips interpolates with Catmull-Rom, from the left.
 */
const taps = (
  /** @type {number} */ input,
  /** @type {number} */ output,
  /** @type {number} */ scale,
  /** @type {string} */ name,
) => {
  const isLarger = scale < 1 && name !== 'nearest';
  const { reach, weight } = kernels[isLarger && name !== 'linear' ? 'cubic' : name] ?? lanczos3;
  const stretch = name === 'nearest' ? 1 : Math.max(1, scale);
  return Array.from({ length: output }, (_, i) => {
    const center = isLarger ? i * scale - 0.5 : (i + 0.5 - output / 2) * scale + (input - 1) / 2;
    const first = Math.ceil(center - reach * stretch);
    const last = Math.floor(center + reach * stretch);
    const all = Array.from({ length: last - first + 1 }, (_, k) => weight((first + k - center) / stretch));
    const sum = all.reduce((a, b) => a + b, 0);
    return all.map((value, k) => ({
      at: Math.min(input - 1, Math.max(0, first + k)),
      share: value / sum,
    }));
  });
};

const toByte = (/** @type {number} */ value) => Math.min(255, Math.max(0, Math.round(value)));

/** Scales an image; `scales`: by how much it becomes smaller, down and across. @returns {Pixels} */
export const scaled = (
  /** @type {Pixels} */ { height, width, data },
  /** @type {number} */ rows,
  /** @type {number} */ columns,
  /** @type {[number, number]} */ scales,
  /** @type {string} */ kernel,
) => {
  const [down, across] = [taps(height, rows, scales[0], kernel), taps(width, columns, scales[1], kernel)];
  // Down first, rounded in between, as libvips does.
  const tall = new Uint8ClampedArray(rows * width * 3);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < width * 3; i++) {
      let sum = 0;
      for (const { at, share } of down[row] ?? []) sum += share * (data[at * width * 3 + i] ?? 0);
      tall[row * width * 3 + i] = toByte(sum);
    }
  const result = new Uint8ClampedArray(rows * columns * 3);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const { at, share } of across[column] ?? []) sum += share * (tall[(row * width + at) * 3 + channel] ?? 0);
        result[(row * columns + column) * 3 + channel] = toByte(sum);
      }
  return { height: rows, width: columns, data: result };
};

/** An image in the size that the model takes, by cropping, padding or stretching. @returns {Pixels} */
export const fitted = (
  /** @type {Pixels} */ image,
  /** @type {Decoding} */ { height, width, fit, kernel, background },
) => {
  if (fit === 'stretch') return scaled(image, height, width, [image.height / height, image.width / width], kernel);
  const factors = [height / image.height, width / image.width];
  const factor = fit === 'crop' ? Math.max(...factors) : Math.min(...factors);
  const whole = scaled(
    image,
    Math.max(1, Math.round(image.height * factor)),
    Math.max(1, Math.round(image.width * factor)),
    [1 / factor, 1 / factor],
    kernel,
  );
  const half = (/** @type {number} */ rest) => (rest > 0 ? Math.floor((rest + 1) / 2) : Math.ceil(rest / 2));
  const [top, left] = [half(whole.height - height), half(whole.width - width)];
  const data = new Uint8ClampedArray(height * width * 3);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [y, x] = [row + top, column + left];
      const isInside = y >= 0 && x >= 0 && y < whole.height && x < whole.width;
      for (let channel = 0; channel < 3; channel++)
        data[(row * width + column) * 3 + channel] = isInside
          ? (whole.data[(y * whole.width + x) * 3 + channel] ?? 0)
          : (background[channel] ?? 0);
    }
  return { height, width, data };
};

const toLinear = (/** @type {number} */ value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};
const fromLinear = (/** @type {number} */ light) =>
  255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

/** The bytes that the model takes: red, green and blue, or luminance in linear light. */
export const bytesOf = (/** @type {Pixels} */ { data }, /** @type {number} */ channels) => {
  if (channels === 3) return Uint8Array.from(data);
  return Uint8Array.from({ length: data.length / 3 }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = [data[3 * i], data[3 * i + 1], data[3 * i + 2]];
    if (red === green && green === blue) return red;
    return toByte(fromLinear(0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue)));
  });
};
