/**
 * 06: the pure step. Training is a function, `(state, batch, key) → { state, loss }`, and a loop that calls it. The step is compiled as a
 * whole, with its gradients; the loop is ten lines, and yours. Here the gradient step is written out as well: momentum, by hand.
 *
 *     npx tsx examples/06-the-pure-step.ts              # 6,000 images, 3 epochs; a minute on two cores
 *     npx tsx examples/06-the-pure-step.ts 600 1
 */
import type { Images, Key, Tensor, Values } from 'vitrail';
import {
  type BatchTensors,
  chooseEngine,
  crossEntropy,
  declareVit,
  fold,
  initialize,
  key,
  orThrow,
  quickstartModels,
  tf,
  training,
  tree,
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

/** What training changes: the parameters, and for each a velocity. */
interface State {
  readonly params: VitParams;
  readonly velocity: VitParams;
}

type Batch = BatchTensors<Tensor<Images>, Tensor<['batch']>>;

// Nothing is changed in place: the step returns a new state. All randomness, here of dropout, comes from its key.
const step = ({ state, batch }: { readonly state: State; readonly batch: Batch }, stepKey: Key) => {
  const { loss, gradients } = valueAndGrad((params: VitParams) => ({
    loss: tf.mean(crossEntropy(model.apply(params, batch.input, training(stepKey)), batch.target)),
    aux: {},
  }))(state.params);
  const slow = tree.zipSame<tf.Tensor, tf.Tensor>((v, g) => tf.sub(tf.mul(v, 0.9), tf.mul(g, 0.02)));
  const move = tree.zipSame<tf.Tensor, tf.Tensor>((p, v) => tf.add(p, v));
  const velocity = slow(state.velocity, gradients);
  return { state: { params: move(state.params, velocity), velocity }, loss };
};

const [images = 6000, epochs = 3] = process.argv.slice(2).map(Number);
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const train = orThrow(take(images)(dataset.train));
const pipeline = orThrow(adaptedPipeline([{ kind: 'flip' }, { kind: 'normalize' }], train));
const { engine, reason } = orThrow(await chooseEngine('auto')());
console.log(reason);

// `donate` gives up the old state with each call, so that the engine can use its memory for the new one.
const compiled = engine.compile(step, { donate: ['state'] });
const zeros = { params: declaration.params, velocity: zerosLike(declaration.params) };

// The loop. Epochs and steps fold their number into the key, so every one draws other numbers, and the same in every run.
const losses: { readonly epoch: number; readonly loss: number }[] = [];
let state: Values<State> = engine.fromHost(initialize(key(1))(zeros));
for (let epoch = 0; epoch < epochs; epoch++) {
  const epochKey = fold(key(2), epoch);
  for (const request of trainingRequests(train, { size: 64, epoch, epochKey })) {
    const { input, target } = orThrow(makeBatch(pipeline)(request));
    const batch = engine.fromHost({ input, target });
    const next = orThrow(await compiled({ state, batch }, fold(epochKey, request.index))());
    state = next.state;
    losses.push({ epoch: epoch + 1, loss: (await orThrow(engine.toHost(next.loss))).data[0] ?? Number.NaN });
  }
}

console.table(
  Array.from({ length: epochs }, (_, i) => {
    const own = losses.filter(({ epoch }) => epoch === i + 1).map(({ loss }) => loss);
    const mean = own.reduce((sum, loss) => sum + loss, 0) / own.length;
    return { epoch: i + 1, steps: own.length, 'mean loss': mean.toFixed(3), 'last loss': own.at(-1)?.toFixed(3) };
  }),
);
