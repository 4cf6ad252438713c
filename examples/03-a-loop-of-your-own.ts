/**
 * The pure step in a loop of your own: `(state, batch, key) → { state, metrics }`, compiled as a whole.
 *
 * The state is a value, and each step returns the next one. The gradient step is written out as well, so that you can replace it.
 *
 *     npx tsx examples/03-a-loop-of-your-own.ts [images] [epochs]
 */
import {
  type BatchTensors,
  chooseEngine,
  crossEntropy,
  declareVit,
  fold,
  type Images,
  initialize,
  type Key,
  key,
  orThrow,
  quickstartModels,
  type Tensor,
  tf,
  training,
  tree,
  type Values,
  type VitParams,
  valueAndGrad,
  vit,
  zerosLike,
} from 'vitrail';
import { adaptedPipeline, makeBatch, take, trainingRequests } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';

const config = quickstartModels.sl;
const model = vit(config);
const declaration = orThrow(declareVit(config));

/** Gradient descent with momentum, as one pure function of tensors. */
interface State {
  readonly params: VitParams;
  readonly velocity: VitParams;
}

type Batch = BatchTensors<Tensor<Images>, Tensor<['batch']>>;

const step = ({ state, batch }: { readonly state: State; readonly batch: Batch }, stepKey: Key) => {
  const { loss, gradients } = valueAndGrad((params: VitParams) => ({
    loss: tf.mean(crossEntropy(model.apply(params, batch.input, training(stepKey)), batch.target)),
    aux: {},
  }))(state.params);
  const update = tree.zipWith<tf.Tensor, tf.Tensor, tf.Tensor>((v, g) => tf.sub(tf.mul(v, 0.9), tf.mul(g, 0.02)));
  const velocity = update(state.velocity, gradients) as VitParams;
  const add = tree.zipWith<tf.Tensor, tf.Tensor, tf.Tensor>((p, v) => tf.add(p, v));
  return { state: { params: add(state.params, velocity) as VitParams, velocity }, loss };
};

const [count, epochs] = process.argv.slice(2).map(Number);
const dataset = await orThrow(loadDataset('fashion-mnist-small'));
const train = orThrow(take(count ?? dataset.train.count)(dataset.train));
const images = orThrow(adaptedPipeline([{ kind: 'flip' }, { kind: 'normalize' }], train));
const { engine } = await orThrow(chooseEngine('auto'));

// `donate` gives up the old state with each call, so that the engine can reuse its memory.
const compiled = engine.compile(step, { donate: ['state'] });
const specs = { params: declaration.params, velocity: zerosLike(declaration.params) };
let state: Values<State> = engine.fromHost(initialize(key(1))(specs));
for (let epoch = 0; epoch < (epochs ?? 2); epoch++) {
  const epochKey = fold(key(2), epoch);
  const losses: number[] = [];
  for (const request of trainingRequests(train, { size: 64, epoch, epochKey })) {
    const { input, target } = orThrow(makeBatch(images)(request));
    const next = await orThrow(
      compiled({ state, batch: engine.fromHost({ input, target }) }, fold(epochKey, request.index)),
    );
    state = next.state;
    losses.push((await orThrow(engine.toHost(next.loss))).data[0] ?? Number.NaN);
  }
  console.log(
    `epoch ${epoch + 1}: mean loss ${(losses.reduce((sum, loss) => sum + loss, 0) / losses.length).toFixed(3)}`,
  );
}
