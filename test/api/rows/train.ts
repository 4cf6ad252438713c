import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { imageShape, type Tensor } from '../../../src/core/axes.js';
import { declare, initialize, parameter } from '../../../src/core/declaration.js';
import { float32, type HostTensor, int32 } from '../../../src/core/host-tensor.js';
import { ones } from '../../../src/core/initializers.js';
import { key } from '../../../src/core/key.js';
import { named } from '../../../src/core/named.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { serial } from '../../../src/core/serial.js';
import { jit } from '../../../src/engine/index.js';
import { classifier, flatten, patches } from '../../../src/layers/index.js';
import { sha256 } from '../../../src/node/sha256.js';
import * as train from '../../../src/train/index.js';
import * as node from '../../../src/train/node/index.js';
import { images } from '../../cases/tiny.js';
import { adapted } from '../../data/fixtures.js';
import { crossEntropyOf, inTopKOf, oneHotOf } from '../../support/classification-reference.js';
import { onEngines } from '../on-engines.js';
import { type Row, row } from '../row.js';

const whole = (n: number, least = 0): boolean => Number.isSafeInteger(n) && n >= least;
const folder = mkdtempSync(join(tmpdir(), 'vitrail-api-'));

// A model that compiles fast.
const model = serial(patches(4), flatten, named('classifier', classifier(3)));
const declaration = orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 })));
const params = initialize(key(1))(declaration.params);
const source = images(8, 3);
const objective = orThrow(train.classification({ classes: 3 }));
const optimizer = train.scaleByLearningRate(train.constantSchedule(0.1));
const engine = await orThrow(jit({ threads: 1 }));
const pipeline = adapted([{ kind: 'normalize' }], source);
const task = { engine, model, objective, optimizer, pipeline, workers: 0 } as const;

const logits = float32([2, 3], [1, 2, 3, 0.5, -1, 0]);
const labels = int32([2], [2, 0]);
type Judged = { readonly logits: tf.Tensor2D; readonly labels: tf.Tensor1D };

/** The rows of two-dimensional logits, if their shape is that and fits the labels. */
const judged = ({ shape, data, dtype }: HostTensor, target: HostTensor) => {
  const [count = 0, classes = 0] = shape;
  const rows = Array.from({ length: count }, (_, i) => [...data.slice(i * classes, (i + 1) * classes)]);
  const fits = shape.length === 2 && String(target.shape) === String([count]) && dtype === 'float32';
  return fits ? { rows, classes, labels: [...target.data] } : undefined;
};

const isClose = (a: number | undefined, b: number): boolean =>
  Object.is(a, b) || a === Math.fround(b) || Math.abs((a ?? Number.NaN) - b) < 1e-4 * Math.max(1, Math.abs(b));

const gradient = { w: float32([2], [3, -4]) };

/** One update of a parameter on every engine. */
const updated = (link: train.Optimizer, updates: HostTensor = gradient.w) => {
  const specs = { w: parameter({ a: 2 }, ones) };
  const hosts = {
    updates: { w: updates },
    state: initialize(key(1))(link.init(specs)),
    params: initialize(key(1))(specs),
  };
  type Given = { readonly updates: unknown; readonly state: train.OptimizerState; readonly params: unknown };
  return onEngines(
    (given: Given) => link.update(given.updates, given.state, given.params, tf.scalar(0)).updates,
    hosts,
  );
};

const linkRow = <A extends readonly [] | readonly unknown[]>(
  name: string,
  args: A,
  make: (...args: A) => train.Optimizer,
  expected: (gradient: number, ...args: A) => number,
  isValid: (...args: A) => boolean,
): Row =>
  row(
    `train/${name}`,
    args,
    (...given) => updated(make(...(given as unknown as A))),
    ([result], ...given) => {
      const own = given as unknown as A;
      return isValid(...own) && [3, -4].every((g, i) => isClose(result?.data[i], expected(g, ...own)));
    },
  );

const checkpoint: train.Checkpoint = {
  info: {
    version: '1.0.0',
    engine: { name: 'jit', threads: 2 },
    model: {},
    pipeline: [],
    classes: ['a'],
    run: {},
  },
  progress: train.beginning,
  tensors: { w: float32([2], [1, 2]), n: int32([], [3]) },
};
const chunks = (encoded: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(encoded));
const bytes = chunks(orThrow(train.encodeTensors({ tensors: checkpoint.tensors, metadata: { a: 'b' } })));
const sameTensors = (a: Readonly<Record<string, HostTensor>>, b: Readonly<Record<string, HostTensor>>): boolean => {
  const plain = (tensors: Readonly<Record<string, HostTensor>>): string =>
    Object.entries(tensors)
      .map(([name, { dtype, shape, data }]) => `${name} ${dtype} ${shape}: ${data}`)
      .toSorted()
      .join();
  return plain(a) === plain(b);
};

export const trainRows = [
  row(
    'train/fit',
    [{ epochs: 1, batchSize: 4 }],
    (numbers) => train.fit({ ...task, ...numbers, train: source, key: key(1), start: { params } })(),
    ({ progress }, { epochs, batchSize }) =>
      progress.history.length === epochs && whole(epochs, 1) && whole(batchSize, 1),
    { allowGiants: false },
  ),
  row(
    'train/evaluate',
    [{ batchSize: 4, count: 8 }],
    ({ batchSize, count }) =>
      train.evaluate({
        ...task,
        batchSize,
        params: engine.fromHost(params),
        source: { count, classes: source.classes, label: source.label, image: source.image },
      })(),
    ({ totals }, { count, batchSize }) =>
      totals.examples === count && whole(count) && count <= 8 && whole(batchSize, 1),
  ),
  row(
    'train/batchEvaluator',
    [float32([2, 8, 8, 1], new Float32Array(128)), int32([2], [0, 2])],
    (input, target) =>
      train.batchEvaluator(engine, task)(engine.fromHost(params), {
        purpose: 'validation',
        epoch: 0,
        index: 0,
        count: 1,
        input,
        target,
      })(),
    ({ loss }, input, target) =>
      String(input.shape) === String([target.data.length, 8, 8, 1]) && loss.total?.length === target.data.length,
  ),
  row(
    'train/declareState',
    [2],
    (size) => {
      const specs = train.declareState(
        declare({ w: parameter({ a: size }, ones) }, { axes: ['batch'], sizes: [1] }),
        optimizer,
      );
      return initialize(key(1))(specs).params;
    },
    (tensors, size) => JSON.stringify(tensors).includes(`[${size === 0 ? 0 : Number.isFinite(size) ? size : null}]`),
  ),
  row(
    'train/predictionStep',
    [[2, 8, 8, 1]],
    (shape) => onEngines(train.predictionStep(model), { params, input: float32(shape, new Float32Array(128)) }),
    ([result], shape) => String(shape.slice(1)) === '8,8,1' && String(result?.shape) === String([shape[0], 3]),
  ),
  row(
    'train/evaluationStep',
    [[2, 8, 8, 1], labels],
    (shape, target) =>
      onEngines(train.evaluationStep({ model, objective }), {
        params,
        batch: { input: float32(shape, new Float32Array(128)), target },
      }),
    (results, shape, target) =>
      String(shape) === '2,8,8,1' && String(target.shape) === '2' && results.every((one) => String(one.shape) === '2'),
  ),
  row(
    'train/trainStep',
    [[2, 8, 8, 1], labels, 0.1],
    (shape, target, rate) => {
      const link = train.scaleByLearningRate(train.constantSchedule(rate));
      const state = initialize(key(1))(train.declareState(declaration, link));
      const step = train.trainStep({ model, objective, optimizer: link });
      type Args = Parameters<typeof step>[0];
      return onEngines((args: Args) => step(args, key(1)), {
        state,
        batch: { input: float32(shape, new Float32Array(128)), target },
      });
    },
    (results, shape, target) => String(shape) === '2,8,8,1' && String(target.shape) === '2' && results.length > 0,
  ),
  row(
    'train/classification',
    [{ classes: 3, labelSmoothing: 0.1, classWeights: [1, 2, 3] }, labels],
    (options, target) =>
      pipe(
        train.classification(options),
        E.chainFirstW(({ check }) => check(target)),
      ),
    (_, { classes, classWeights }, { data }) =>
      classWeights.length === classes && [...data].every((label) => whole(label) && label < classes),
  ),
  row(
    'train/crossEntropy',
    [logits, labels, 0.1],
    (given, target, labelSmoothing) =>
      onEngines((args: Judged) => train.crossEntropy(args.logits, args.labels, { labelSmoothing }), {
        logits: given,
        labels: target,
      }),
    ([losses], given, target, labelSmoothing) => {
      const own = judged(given, target);
      return own === undefined
        ? false
        : own.rows.every((values, i) => {
            const label = own.labels[i] ?? -1;
            const wanted =
              whole(label) && label < own.classes
                ? crossEntropyOf(values, oneHotOf(label, own.classes), { labelSmoothing })
                : Number.NaN;
            return isClose(losses?.data[i], wanted);
          });
    },
  ),
  row(
    'train/inTopK',
    [logits, labels, 2],
    (given, target, k) =>
      onEngines((args: Judged) => train.inTopK(args.logits, args.labels, k), { logits: given, labels: target }),
    ([hits], given, target, k) => {
      const own = judged(given, target);
      return own === undefined
        ? false
        : own.rows.every((values, i) => isClose(hits?.data[i], inTopKOf(values, own.labels[i] ?? -1, k)));
    },
  ),
  row(
    'train/squaredError',
    [logits, float32([2, 3], [0, 1, 1, 0, 0, 2])],
    (a, b) =>
      onEngines((args: { readonly a: Tensor; readonly b: Tensor }) => train.squaredError(args.a, args.b), { a, b }),
    ([errors], a, b) =>
      String(a.shape) === String(b.shape) &&
      (errors?.data ?? []).every((error, i) => {
        const size = a.data.length / (a.shape[0] ?? 1);
        const squares = Array.from(
          { length: size },
          (_, j) => ((a.data[i * size + j] ?? 0) - (b.data[i * size + j] ?? 0)) ** 2,
        );
        return isClose(error, squares.reduce((sum, x) => sum + x, 0) / size);
      }),
  ),
  row(
    'train/regression',
    [[3], logits],
    (element, target) => E.map(() => true)(train.regression(element).check(target)),
    (_, element, target) => String(target.shape.slice(1)) === String(element) && target.dtype === 'float32',
  ),
  linkRow(
    'scaleByLearningRate',
    [0.1],
    (rate) => train.scaleByLearningRate(train.constantSchedule(rate)),
    (g, rate) => -rate * g,
    (rate) => rate >= 0 && Number.isFinite(rate),
  ),
  linkRow(
    'averageWeights',
    [0.9],
    train.averageWeights,
    (g) => g,
    (decay) => decay >= 0 && decay < 1,
  ),
  linkRow(
    'accumulate',
    [1, 0.1],
    (count, rate) => train.accumulate(count, train.scaleByLearningRate(train.constantSchedule(rate))),
    // The first of several steps changes nothing.
    (g, count, rate) => (count === 1 ? -rate * g : 0),
    (count, rate) => whole(count, 1) && rate >= 0,
  ),
  linkRow(
    'clipByGlobalNorm',
    [2],
    train.clipByGlobalNorm,
    (g, limit) => g * Math.min(1, limit / 5),
    (limit) => limit > 0,
  ),
  linkRow('addDecayedWeights', [0.5], train.addDecayedWeights, (g, decay) => g + decay, Number.isFinite),
  linkRow(
    'scaleByAdam',
    [{ beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }],
    train.scaleByAdam,
    (g, { epsilon }) => g / (Math.abs(g) + epsilon),
    ({ beta1, beta2, epsilon }) => [beta1, beta2].every((b) => b >= 0 && b < 1) && epsilon > 0,
  ),
  linkRow(
    'adamW',
    [{ weightDecay: 0.5, rate: 0.1, clip: 100 }],
    ({ weightDecay, rate, clip }) => train.adamW({ schedule: train.constantSchedule(rate), weightDecay, clip }),
    (g, { weightDecay, rate }) => -rate * (Math.sign(g) + weightDecay),
    ({ rate, clip }) => rate >= 0 && clip > 0,
  ),
  linkRow(
    'chain',
    [0.1],
    (rate) => train.chain({ rate: train.scaleByLearningRate(train.constantSchedule(rate)) }),
    (g, rate) => -rate * g,
    (rate) => rate >= 0,
  ),
  row(
    'train/globalNorm',
    [float32([2], [3, 4])],
    (w) => onEngines((args: { readonly w: tf.Tensor }) => train.globalNorm(args), { w }),
    ([norm], { data }) => isClose(norm?.data[0], Math.hypot(...data)),
  ),
  row(
    'train/constantSchedule',
    [0.1],
    (rate) => onEngines(() => train.constantSchedule(rate)(tf.scalar(1)), { x: labels }),
    ([result], rate) => rate >= 0 && isClose(result?.data[0], rate),
  ),
  row(
    'train/warmUpCosine',
    [{ learningRate: 0.1, totalSteps: 10, warmUpSteps: 2, initialLearningRate: 0.01, finalLearningRate: 0.001 }],
    (options) =>
      pipe(
        TE.fromEither(train.warmUpCosine(options)),
        TE.chainW((schedule) => () => onEngines(() => schedule(tf.scalar(1)), { x: labels })),
      )(),
    ([result], { learningRate: top, totalSteps, warmUpSteps, initialLearningRate: start, finalLearningRate: end }) =>
      isClose(
        result?.data[0],
        totalSteps < 1
          ? end
          : warmUpSteps > 1
            ? start + (top - start) / warmUpSteps
            : end +
              0.5 * (top - end) * (1 + Math.cos((Math.PI * (1 - warmUpSteps)) / Math.max(1, totalSteps - warmUpSteps))),
      ),
  ),
  row(
    'train/notFinite',
    [{ w: float32([2], [1, 2]) }],
    train.notFinite,
    (bad, { w }) => (bad === undefined) === w.data.every(Number.isFinite),
  ),
  row('train/tensorsByPath', [{ w: float32([2], [1, 2]) }], train.tensorsByPath, (tensors, { w }) => tensors.w === w),
  row(
    'train/addExamples',
    [{ examples: 2, sums: { loss: { total: 3 } } }, { loss: { total: [1, 2] } }],
    train.addExamples,
    ({ examples, sums }, before, measured) =>
      isClose(examples, before.examples + measured.loss.total.length) &&
      isClose(
        sums.loss?.total,
        measured.loss.total.reduce((a, b) => a + b, before.sums.loss.total),
      ),
  ),
  row(
    'train/summarizeMetrics',
    [{ examples: 4, sums: { loss: { total: 2 } } }],
    (totals) => train.summarizeMetrics({ loss: objective.metrics.loss }, totals),
    ({ loss }, { examples, sums }) => Object.is(loss, sums.loss.total / examples),
  ),
  row(
    'train/restore',
    [{ w: float32([2], [1, 2]) }],
    (tensors) => train.restore({ params: { w: parameter({ a: 2 }, ones) } }, tensors),
    ({ w }, tensors) =>
      w === tensors.w &&
      String(w.shape) === '2' &&
      w.data.length === 2 &&
      w.dtype === 'float32' &&
      w.data instanceof Float32Array,
  ),
  row(
    'train/encodeTensors',
    [{ tensors: checkpoint.tensors, metadata: { a: 'b' } }],
    train.encodeTensors,
    (encoded, file) => sameTensors(orThrow(train.decodeTensors(chunks(encoded))).tensors, file.tensors),
  ),
  row(
    'train/decodeTensors',
    [bytes],
    (file) => train.decodeTensors(file),
    ({ tensors }) => Object.keys(tensors).length === 2,
  ),
  row('train/headerEnd', [bytes.slice(0, 8), bytes.length], train.headerEnd, (end, _, size) => end <= size && end >= 8),
  row('train/parseHeader', [bytes, bytes.length], train.parseHeader, ({ entries }) => entries.length === 2),
  row(
    'train/decodeTensor',
    [{ name: 'w', dtype: 'F32', shape: [2], start: 0, end: 8 }, new Uint8Array(8)],
    (entry, data) => train.decodeTensor(entry as never, data),
    ({ data, shape }) => data.length === shape.reduce((a, b) => a * b, 1),
  ),
  row(
    'train/encodeCheckpoint',
    [checkpoint],
    (given) => train.encodeCheckpoint(given, sha256),
    (encoded, given) => {
      const decoded = train.decodeCheckpoint('a', sha256)(chunks(encoded));
      return E.isLeft(decoded) || sameTensors(decoded.right.tensors, given.tensors);
    },
  ),
  row(
    'train/decodeCheckpoint',
    [chunks(orThrow(train.encodeCheckpoint(checkpoint, sha256)))],
    train.decodeCheckpoint('a file', sha256),
    ({ tensors }) => sameTensors(tensors, checkpoint.tensors),
  ),
  row(
    'train/takeParams',
    [{ w: float32([2], [1, 2]) }, { w: float32([2], [3, 4]) }],
    train.takeParams,
    (result, own, { w }) =>
      (result.params.w === w) ===
        (w.dtype === 'float32' && String(w.shape) === '2' && w.data.length === 2 && w.data.every(Number.isFinite)) &&
      (result.params.w === w || result.params.w === own.w),
    { fixed: /^0/ },
  ),
  row(
    'train/node/saveCheckpoint',
    ['a.safetensors', checkpoint],
    (name, given) =>
      pipe(
        node.saveCheckpoint(join(folder, 'save', name.replaceAll('..', 'up')), given),
        TE.chainW(() => node.loadCheckpoint(join(folder, 'save', name.replaceAll('..', 'up')))),
      )(),
    (loaded, _, given) => sameTensors(loaded.tensors, given.tensors),
    { allowGiants: false },
  ),
  row(
    'train/node/loadCheckpoint',
    ['none.safetensors'],
    async (name) => {
      if (name === 'none.safetensors') await orThrow(node.saveCheckpoint(join(folder, name), checkpoint));
      return node.loadCheckpoint(join(folder, name))();
    },
    (loaded) => sameTensors(loaded.tensors, checkpoint.tensors),
  ),
  row(
    'train/node/saveParams',
    ['a.safetensors', gradient],
    (name, given) =>
      pipe(
        node.saveParams(join(folder, 'params', name.replaceAll('..', 'up')), given),
        TE.chainW(() => node.readTensors(join(folder, 'params', name.replaceAll('..', 'up')))),
      )(),
    (loaded, _, given) => sameTensors(loaded.tensors, given),
    { allowGiants: false },
  ),
  row(
    'train/node/loadParams',
    ['gradient.safetensors'],
    async (name) => {
      if (name === 'gradient.safetensors') await orThrow(node.saveParams(join(folder, name), gradient));
      return node.loadParams(join(folder, name), { params: { w: parameter({ a: 2 }, ones) } })();
    },
    (loaded) => sameTensors(loaded, gradient),
  ),
  row(
    'train/node/readTensors',
    ['tensors.safetensors', 16],
    async (name, piece) => {
      await orThrow(node.writeAtomically(join(folder, 'tensors.safetensors'), [bytes]));
      return node.readTensors(join(folder, name), piece)();
    },
    ({ tensors }) => sameTensors(tensors, checkpoint.tensors),
  ),
  row(
    'train/node/writeAtomically',
    ['written', bytes],
    (name, content) =>
      pipe(
        node.writeAtomically(join(folder, 'write', name.replaceAll('..', 'up')), [content]),
        TE.map(() => content),
      )(),
    (content) => content.length >= 0,
  ),
];
