// A small computation with the tfjs-node in a folder: node check.mjs FOLDER. Prints the result as JSON.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const project = createRequire(import.meta.url);
const load = createRequire(pathToFileURL(`${process.argv[2]}/`))('./index.js');
const tf = project('@tensorflow/tfjs');
load(project);

if (tf.getBackend() !== 'tensorflow')
  throw new Error(`tfjs-node registered no backend: expected 'tensorflow', got ${tf.getBackend()}`);
const square = (x) => tf.sum(tf.square(tf.matMul(x, tf.tensor2d([1, 2, 3, 4], [2, 2]))));
const gradient = tf
  .grad(square)(tf.tensor2d([1, 1, 2, 0], [2, 2]))
  .dataSync();
if (gradient.join() !== '32,72,20,44')
  throw new Error(`the gradient of a matrix product is ${gradient}, not 32,72,20,44`);

const { binding, isUsingGpuDevice } = tf.backend();
console.log(JSON.stringify({ tensorflow: binding.TF_Version, gpu: isUsingGpuDevice }));
