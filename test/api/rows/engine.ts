import * as tf from '@tensorflow/tfjs-core';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { bernoulli, normal, uniform } from '../../../src/core/draws.js';
import { drawOnHost } from '../../../src/core/host-draws.js';
import { float32, type HostTensor } from '../../../src/core/host-tensor.js';
import type { Distribution } from '../../../src/core/index.js';
import { key } from '../../../src/core/key.js';
import { orThrow } from '../../../src/core/or-throw.js';
import * as engines from '../../../src/engine/index.js';
import { linear } from '../../../src/layers/linear.js';
import { onEngines } from '../on-engines.js';
import { type Row, row } from '../row.js';

const matrix = float32([2, 3], [1, 2, 3, 4, 5, 6]);
const jitEngine = await orThrow(engines.jit({ threads: 1 }));

/** The sum of a matrix with itself, on an engine. */
const doubled = (engine: engines.Engine, x: HostTensor) =>
  pipe(
    engine.compile((args: { readonly x: tf.Tensor }) => tf.add(args.x, args.x))({ x: engine.fromHost(x) }),
    TE.chain((sum) => engine.toHost(sum as never)),
  ) as TE.TaskEither<engines.EngineError, HostTensor>;

const isDoubled = (result: HostTensor, { data }: HostTensor): boolean =>
  result.data.every((value, i) => Object.is(value, Math.fround(2 * (data[i] ?? 0))) || value === 2 * (data[i] ?? 0));

/** Whether a model ends with an output, in bytes. */
const isOnnx = ({ bytes, outputs }: engines.ExportedModel): boolean => bytes.length > 100 && outputs.length === 1;

const drawRow = (
  name: string,
  draw: (shape: readonly number[], probability: number) => tf.Tensor,
  distribution: (probability: number) => Distribution,
): Row =>
  row(
    `core/${name}`,
    [[2, 3], 0.25],
    (shape, probability) => onEngines(() => draw(shape, probability), { x: matrix }),
    ([result], shape, probability) =>
      String(result?.shape) === String(shape) &&
      String(result?.data) === String(drawOnHost(key(1), distribution(probability), shape).data),
    { allowGiants: false },
  );

export const engineRows = [
  drawRow(
    'uniform',
    (shape) => uniform(key(1), shape),
    () => ({ kind: 'uniform' }),
  ),
  drawRow(
    'normal',
    (shape) => normal(key(1), shape),
    () => ({ kind: 'normal' }),
  ),
  drawRow(
    'bernoulli',
    (shape, probability) => bernoulli(key(1), probability, shape),
    (probability) => ({ kind: 'bernoulli', probability }),
  ),
  row(
    'engine/jit',
    [{ threads: 1, dividedFrom: 5e8 }, matrix],
    (options, x) =>
      pipe(
        engines.jit(options),
        TE.chain((engine) => doubled(engine, x)),
      )(),
    (result, _, x) => isDoubled(result, x),
    { allowGiants: false },
  ),
  row(
    'engine/eager',
    ['cpu', matrix],
    (backend, x) =>
      pipe(
        engines.eager(backend),
        TE.chain((engine) => doubled(engine, x)),
      )(),
    (result, backend, x) => backend === 'cpu' && isDoubled(result, x),
  ),
  row(
    'engine/chooseEngine',
    ['jit', { threads: 1 }],
    (name, options) => engines.chooseEngine(name as 'jit', options)(),
    ({ reason }, name) => name === 'jit' && reason.length > 0,
    { allowGiants: false },
  ),
  row(
    'engine/traceGraph',
    [matrix],
    (x) =>
      engines.traceGraph(
        (args: { readonly x: tf.Tensor }) => tf.matMul(args.x as tf.Tensor2D, args.x as tf.Tensor2D, true),
        { x: jitEngine.fromHost(x) } as never,
      ),
    (graph) => engines.countOperations(graph).MatMul === 1,
  ),
  row(
    'engine/exportFunction',
    [{ factor: matrix }, { x: { axes: ['batch', 'row', 'column'], sizes: [1, 2, 3] } }, { 'a name': 'a text' }],
    (params, inputs, metadata) =>
      engines.exportFunction((held: { readonly factor: tf.Tensor }, { x }) => tf.mul(x, held.factor), params, {
        inputs,
        metadata,
      }),
    (model, _, { x }) => isOnnx(model) && String(model.inputs[0]?.shape) === String(['batch', ...x.sizes.slice(1)]),
    { fixed: /axes/ },
  ),
  row(
    'engine/exportOnnx',
    [
      { weight: matrix, bias: float32([3], [1, 2, 3]) },
      { axes: ['batch', 'feature'], sizes: [1, 2] },
    ],
    (params, input) => engines.exportOnnx(linear(3), params, { input }),
    (model, _, { sizes }) => isOnnx(model) && sizes[1] === 2,
  ),
];
