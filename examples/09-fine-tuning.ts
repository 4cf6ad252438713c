/**
 * 09: edits of the parameter tree. A model learns five classes of clothes. Its parameters are then taken over by a model of the other five,
 * with a new head, and trained on 200 images: only the head, or all, or everything from the beginning for comparison.
 *
 *     npx tsx examples/09-fine-tuning.ts                  # 6,000 images, 5 epochs, then 10 epochs of 200; a minute on two cores
 *     npx tsx examples/09-fine-tuning.ts 300 1 1          # images, epochs, epochs of fine-tuning
 */
import type { Hosts, HostTensor, ParamsOf } from 'vitrail/core';
import { imageShape, initialize, key, matching, named, orThrow, repeat, residual, serial, tree } from 'vitrail/core';
import { adaptedPipeline, type ImageSource, subset, take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { classifier, layerNorm, meanPool, mlp, patchTokens, positionEmbedding, selfAttention } from 'vitrail/layers';
import {
  adamW,
  chain,
  classification,
  constantSchedule,
  evaluate,
  fit,
  freeze,
  takeParams,
  tensorsByPath,
} from 'vitrail/train';

const [images = 6000, epochs = 5, more = 10] = process.argv.slice(2).map(Number);
const dataset = orThrow(await loadDataset('fashion-mnist-small')());

/** The images of five classes, from `first` on, as a source of their own. A source is a value, so another view of it is a copy. */
const fiveFrom = (first: number, source: ImageSource): ImageSource => {
  const own = Array.from({ length: source.count }, (_, i) => i).filter(
    (i) => Math.floor(source.label(i) / 5) === first / 5,
  );
  const chosen = orThrow(subset(own)(source));
  return { ...chosen, classes: source.classes.slice(first, first + 5), label: (i) => chosen.label(i) - first };
};
const [old, fresh] = [0, 5].map((first) => fiveFrom(first, orThrow(take(images)(dataset.train))));
const test = fiveFrom(5, dataset.test);
if (old === undefined || fresh === undefined) throw new Error('there are two sources');
console.log(`${old.classes.join(', ')} → ${fresh.classes.join(', ')}`);

const block = serial(
  named('attention', residual(serial(named('norm', layerNorm()), selfAttention({ heads: 3, headDim: 16 })))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([96, 48]))))),
);
const model = serial(
  named('tokens', patchTokens({ patch: 4, dim: 48 })),
  named('position', positionEmbedding()),
  named('blocks', repeat(2, block)),
  named('norm', layerNorm()),
  meanPool,
  named('classifier', classifier(5)),
);
type Params = Hosts<ParamsOf<typeof model>>;
const { params: specs } = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));

const { engine } = orThrow(await chooseEngine('auto')());
const pipeline = orThrow(adaptedPipeline([{ kind: 'flip' }, { kind: 'normalize' }], old));
const task = { engine, model, objective: orThrow(classification({ classes: 5 })), pipeline, batchSize: 32 };
const optimizer = adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 });
const pretrained = await orThrow(
  fit({ ...task, optimizer, train: old, epochs, key: key(1), start: { params: initialize(key(1))(specs) } }),
);

// Parameters in host memory are a plain, readonly tree. A transplant is a record with one branch from another tree, and the type
// checker knows both.
const newModel: Params = initialize(key(2))(specs);
const transplanted: Params = { ...pretrained.state.params, classifier: newModel.classifier };

// The same for trees that are known at run time only, such as those of a file: what fits by path, shape and type is taken.
const body = tree.filter((path) => path[0] !== 'classifier')(pretrained.state.params);
const { taken, fresh: left } = takeParams(newModel, tensorsByPath(body));
console.log(`${taken.length} tensors taken, new: ${left.join(', ')}`);

// `tree.map` visits every leaf, with its path: what a tree holds, without its numbers.
const sizes = tree.map<HostTensor, string>(({ shape }) => shape.join(' × '))(transplanted);
console.log(
  `the first query has ${sizes.blocks[0]?.attention.query.weight} numbers, the new head ${sizes.classifier.weight}`,
);

// Paths can be matched by patterns. What is frozen stays as it is to the bit, and costs no gradient.
const isHead = orThrow(matching(['classifier'], tree.paths(specs)));
const headOnly = chain({ freeze: freeze((path) => !isHead(path)), adamw: optimizer });

const few = orThrow(take(200)(fresh));
const rows = [];
for (const [how, params, by] of [
  ['from the beginning', newModel, optimizer],
  ['only the head', transplanted, headOnly],
  ['everything', transplanted, optimizer],
] as const) {
  const { state } = await orThrow(
    fit({ ...task, optimizer: by, train: few, epochs: more, key: key(3), start: { params } }),
  );
  const { summary } = await orThrow(evaluate({ ...task, params: engine.fromHost(state.params), source: test }));
  const pairs = tree.zipWith<HostTensor, HostTensor, boolean>((before, after) => `${before.data}` === `${after.data}`);
  const same = tree.leaves<boolean>(pairs(params, state.params)).filter((isSame) => isSame).length;
  rows.push({ trained: how, accuracy: summary.top1.toFixed(3), 'tensors that stayed the same': same });
}
console.table(rows);
