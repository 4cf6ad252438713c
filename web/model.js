import * as ort from './ort.wasm.min.mjs';
import { bytesOf, fitted } from './resize.js';

/** @typedef {import('./resize.js').Pixels} Pixels */
/** @typedef {{ title: string, classes: string[], images: import('./resize.js').Decoding, gradient: number[][] }} About */
/** @typedef {{ rows: number, columns: number, weights: number[] }} Attention how much of it each patch has */
/**
 * @typedef {{ image: Pixels, bytes: Uint8Array, probabilities: number[], attention: Attention | undefined }} Prediction
 * `image` in the size of the model, and the `bytes` that the model took
 */

/** Numbers that the model gives. */
const numbers = (/** @type {ort.Tensor | undefined} */ tensor) => Array.from(tensor?.data ?? [], Number);

/** Loads the model that lies beside the page. */
export const loadModel = async () => {
  /** @type {About} */
  const about = await (await fetch('model.json')).json();
  ort.env.wasm.wasmPaths = new URL('./', import.meta.url).href;
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create('model.onnx');
  const { height, width, channels } = about.images;

  /** @returns {Promise<Prediction>} */
  const predict = async (/** @type {Pixels} */ pixels) => {
    const image = fitted(pixels, about.images);
    const bytes = bytesOf(image, channels);
    const { probabilities, attention } = await session.run({
      images: new ort.Tensor('uint8', bytes, [1, height, width, channels]),
    });
    const [, rows = 1, columns = 1] = attention?.dims ?? [];
    return {
      image,
      bytes,
      probabilities: numbers(probabilities),
      attention: attention && { rows, columns, weights: numbers(attention) },
    };
  };
  return { about, predict, hasAttention: session.outputNames.includes('attention') };
};
