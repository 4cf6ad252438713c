/**
 * The quickstart up to the end of its first step, as a user's program would run it, on the built package. Prints the milliseconds from
 * the start of the process to that moment.
 */
import { chooseEngine, fit, fold, initialize, key, orThrow } from 'vitrail';
import { loadDataset } from 'vitrail/data/node';
import { prepare, presets } from 'vitrail/experiment';

const dataset = await orThrow(loadDataset('fashion-mnist-small'));
const { config, train, pipeline, models, objective, optimizer } = orThrow(prepare(presets.quickstart, dataset));
const { engine } = await orThrow(chooseEngine('jit', { threads: 2 }));
const { model, declaration } = models.at(-1);
await orThrow(
  fit({
    engine,
    model,
    objective,
    optimizer,
    train,
    pipeline,
    epochs: config.epochs,
    batchSize: config.batchSize,
    key: fold(key(config.seed), 'training'),
    start: { params: initialize(key(config.seed))(declaration.params) },
    onEvent: ({ kind }) => kind === 'step' && console.log(performance.now()),
    stop: () => true,
  }),
);
