import * as tf from '@tensorflow/tfjs-core';
import { drawOnHost, fold, key, orThrow, valueAndGrad } from '../src/core/index.js';
import { flops, jit, traceGraph } from '../src/engine/index.js';
import { benchmark, type Measured } from './benchmark.js';
import { squareProduct } from './matmul-rate.js';
import { startPeer } from './peer.js';
import { isInstalled } from './peer-environment.js';
import { number, optional, percent, times } from './show.js';
import { clocked, interleaved, type Task } from './timing.js';

/** A convolution of square images and its rectifier, which pooling may follow. */
interface Shape {
  /** Rows and columns of the images. */
  readonly size: number;
  readonly in: number;
  readonly out: number;
  readonly window: number;
  readonly stride: number;
  readonly depthwise?: boolean;
  /** 3 × 3 pixels, stride 2. */
  readonly pool?: 'max' | 'average';
  readonly batch?: number;
}

const shapes: Readonly<Record<string, Shape>> = {
  '32 px, 3 × 3, 3 to 64': { size: 32, in: 3, out: 64, window: 3, stride: 1 },
  '32 px, 3 × 3, 3 to 64, max pooling': { size: 32, in: 3, out: 64, window: 3, stride: 1, pool: 'max' },
  '32 px, 3 × 3, 3 to 64, average pooling': { size: 32, in: 3, out: 64, window: 3, stride: 1, pool: 'average' },
  '32 px, 3 × 3, 64 to 64': { size: 32, in: 64, out: 64, window: 3, stride: 1 },
  '16 px, 3 × 3, 64 to 128': { size: 16, in: 64, out: 128, window: 3, stride: 1 },
  '32 px, 3 × 3, 64 to 128, stride 2': { size: 32, in: 64, out: 128, window: 3, stride: 2 },
  '8 px, 3 × 3, 256 to 256': { size: 8, in: 256, out: 256, window: 3, stride: 1 },
  '72 px, 7 × 7, 3 to 64, stride 2': { size: 72, in: 3, out: 64, window: 7, stride: 2 },
  '36 px, 3 × 3, 64 to 64': { size: 36, in: 64, out: 64, window: 3, stride: 1, batch: 32 },
  '18 px, 3 × 3, 64 to 128': { size: 18, in: 64, out: 128, window: 3, stride: 1 },
  '16 px, 1 × 1, 128 to 128': { size: 16, in: 128, out: 128, window: 1, stride: 1 },
  '14 px, depthwise 3 × 3, 384': { size: 14, in: 384, out: 384, window: 3, stride: 1, depthwise: true },
  '8 px, depthwise 3 × 3, 192': { size: 8, in: 192, out: 192, window: 3, stride: 1, depthwise: true },
};

const parts = ['forward', 'weights', 'images'] as const;
type Part = (typeof parts)[number];

interface Params {
  readonly weight: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}
interface Args {
  readonly x: tf.Tensor4D;
  readonly params: Params;
}

const loss = ({ stride, depthwise = false, pool }: Shape, x: tf.Tensor4D, { weight, bias }: Params): tf.Scalar => {
  const convolved = depthwise ? tf.depthwiseConv2d(x, weight, stride, 'same') : tf.conv2d(x, weight, stride, 'same');
  const y = tf.relu(tf.add(convolved, bias)) as tf.Tensor4D;
  const pooled =
    pool === 'max' ? tf.maxPool(y, 3, 2, 1, 'floor') : pool === 'average' ? tf.avgPool(y, 3, 2, 1, 'floor') : y;
  return tf.mean(tf.square(pooled));
};

/** The function of a part; all results are small, so that no copy of an array is timed. */
const functionOf =
  (shape: Shape, part: Part) =>
  ({ x, params }: Args) => {
    if (part === 'forward') return { loss: loss(shape, x, params), gradients: {} };
    const given = part === 'images' ? { params, x } : { params };
    const { loss: value, gradients } = valueAndGrad(
      (leaves: { readonly params: Params; readonly x?: tf.Tensor4D }) => ({
        loss: loss(shape, leaves.x ?? x, leaves.params),
        aux: {},
      }),
    )(given);
    const images = gradients.x === undefined ? {} : { x: tf.sum(tf.square(gradients.x)) };
    return { loss: value, gradients: { params: gradients.params, ...images } };
  };

const argumentsOf = ({ size, in: channels, out, window, depthwise = false, batch = 64 }: Shape) => {
  const draw = (name: string, shape: readonly number[]) => drawOnHost(fold(key(1), name), { kind: 'normal' }, shape);
  const weight = draw('weight', depthwise ? [window, window, channels, 1] : [window, window, channels, out]);
  return {
    x: draw('x', [batch, size, size, channels]),
    params: {
      weight: { ...weight, data: Float32Array.from(weight.data, (value) => 0.1 * value) },
      bias: { dtype: 'float32' as const, shape: [out], data: new Float32Array(out) },
    },
  };
};

interface ConvolutionRow {
  readonly shape: string;
  readonly batch: number;
  readonly part: Part;
  readonly ms: number;
  /** The multiply-accumulates alone at the best rate of a product. */
  readonly utilization: number;
  /** PyTorch's time divided by that of jit. */
  readonly ratio: number | undefined;
}

const THREADS = 2;
const TURNS = 12;
const CALLS = 3;

const measure = async (name: string, shape: Shape): Promise<Measured<ConvolutionRow>> => {
  const { batch = 64 } = shape;
  const engine = await orThrow(jit({ threads: THREADS }));
  const hosts = argumentsOf(shape);
  const product = squareProduct(engine);
  const tasks: Record<string, Task> = { product: product.task };
  const stops: (() => void)[] = [];
  for (const part of parts) {
    const compiled = engine.compile(functionOf(shape, part));
    const args = engine.fromHost(hosts) as never;
    tasks[part] = clocked(async () => engine.dispose(await orThrow(compiled(args))), { calls: CALLS });
    if (!isInstalled('torch')) continue;
    const { depthwise = false, pool = 'none' } = shape;
    const options = ['--case', JSON.stringify({ ...shape, depthwise, pool })];
    const peer = await startPeer({
      framework: 'torch',
      program: 'torch_convolution',
      variant: part,
      threads: THREADS,
      batch,
      dropout: false,
      options,
    });
    stops.push(peer.stop);
    tasks[`torch ${part}`] = { run: async () => (await peer.steps(CALLS)).ms };
  }
  const timed = await interleaved(tasks, TURNS);
  for (const stop of stops) stop();
  const rate = product.operations / timed.product!.min;
  const rows = parts.map((part): ConvolutionRow => {
    const ms = timed[part]!.min;
    const theirs = timed[`torch ${part}`]?.min;
    const bound = flops(orThrow(traceGraph(functionOf(shape, part) as never, hosts as never))) / rate;
    return {
      shape: name,
      batch,
      part,
      ms,
      utilization: bound / ms,
      ratio: theirs === undefined ? undefined : theirs / ms,
    };
  });
  return {
    rows,
    notes: isInstalled('torch') ? [] : ['PyTorch was not measured: `npm run bench -- peers torch` installs it.'],
  };
};

const shown: Readonly<Record<Part, string>> = {
  forward: 'forward',
  weights: 'and the gradient of the weights',
  images: 'and that of the images',
};

export const convolution = benchmark<ConvolutionRow>({
  about:
    `A convolution, a bias, a rectifier and a mean of squares, ${THREADS} threads: forward, with the gradient of weights and bias, and with that of ` +
    'the images as well, in turns with PyTorch. Utilization is the time of the multiply-accumulates alone, at the rate of a 1024 × 1024 ' +
    'product, divided by that of the call.',
  cases: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, () => measure(name, shape)])),
  columns: {
    convolution: ({ shape }) => shape,
    batch: ({ batch }) => `${batch}`,
    computed: ({ part }) => shown[part],
    'PyTorch (jit = 1)': ({ ratio }) => optional(ratio, times),
    utilization: ({ utilization }) => percent(utilization),
    'ms, min': ({ ms }) => number(ms),
  },
});
