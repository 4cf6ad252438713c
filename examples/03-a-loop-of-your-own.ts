/**
 * The pure step in a loop written by hand: `(state, batch, key) → { state, metrics }`, compiled whole.
 *
 * Nothing is hidden: the state is a value, each step makes the next one. Here the gradient step is written out too, so that
 * one may put anything in its place.
 *
 *     npx tsx examples/03-a-loop-of-your-own.ts [images] [epochs]
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  type BatchTensors,
  chooseEngine,
  crossEntropy,
  declareVit,
  fold,
  initialize,
  type Key,
  key,
  orThrow,
  quickstartModels,
  training,
  tree,
  type Values,
  type VitParams,
  valueAndGrad,
  vit,
  zerosLike,
} from 'vitrail';
import { adaptNormalization, batchCount, epochOrder, loadDataset, pipeline, take, trainBatch } from 'vitrail/data';

const config = quickstartModels.sl;
const model = vit(config);
const declaration = orThrow(declareVit(config));

/** Plain gradient descent with momentum, as one pure function of tensors. */
interface State {
  readonly params: VitParams;
  readonly velocity: VitParams;
}

const step = ({ state, batch }: { readonly state: State; readonly batch: BatchTensors }, stepKey: Key) => {
  const { loss, gradients } = valueAndGrad((params: VitParams) => ({
    loss: tf.mean(crossEntropy(model.apply(params, batch.images, training(stepKey)), batch.labels)),
    aux: {},
  }))(state.params);
  const update = tree.zipWith<tf.Tensor, tf.Tensor, tf.Tensor>((v, g) => tf.sub(tf.mul(v, 0.9), tf.mul(g, 0.02)));
  const velocity = update(state.velocity, gradients) as VitParams;
  const add = tree.zipWith<tf.Tensor, tf.Tensor, tf.Tensor>((p, v) => tf.add(p, v));
  return { state: { params: add(state.params, velocity) as VitParams, velocity }, loss };
};

const [count, epochs] = process.argv.slice(2).map(Number);
const dataset = await orThrow(loadDataset('fashion-mnist-small'));
const train = take(count ?? dataset.train.count)(dataset.train);
const images = pipeline([{ kind: 'flip' }, { kind: 'normalize' }], adaptNormalization(train));
const { engine } = await orThrow(chooseEngine('auto'));

// Donated: the old state is given up with each call, so that the engine may reuse its memory.
const compiled = engine.compile(step, { donate: ['state'] });
const specs = { params: declaration.params, velocity: zerosLike(declaration.params) };
let state: Values<State> = engine.fromHost(initialize(key(1))(specs));
const size = 64;
for (let epoch = 0; epoch < (epochs ?? 2); epoch++) {
  const epochKey = fold(key(2), epoch);
  const order = epochOrder(epochKey, train.count);
  let sum = 0;
  for (let i = 0; i < batchCount(train.count, size); i++) {
    const batch = engine.fromHost(trainBatch(train, order.subarray(i * size, (i + 1) * size), images, epochKey));
    const next = await orThrow(compiled({ state, batch }, fold(epochKey, i)));
    state = next.state;
    sum += (await orThrow(engine.toHost({ loss: next.loss }))).loss.data[0]!;
  }
  console.log(`epoch ${epoch + 1}: mean loss ${(sum / batchCount(train.count, size)).toFixed(3)}`);
}
