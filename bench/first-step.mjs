/**
 * Runs the quickstart until the end of its first step, with the built package and its public API. Prints the milliseconds since
 * the start of the process.
 */
import { beginning, chooseEngine, declareState, fit, fold, initialize, key, orThrow } from 'vitrail';
import { loadDataset } from 'vitrail/data';
import { prepare, presets } from 'vitrail/experiment';

const dataset = await orThrow(loadDataset('fashion-mnist-small'));
const { config, train, pipeline, models, optimizer, schedule } = orThrow(prepare(presets.quickstart, dataset));
const { engine } = await orThrow(chooseEngine('jit', { threads: 2 }));
const { layer, declaration } = models.at(-1);
await orThrow(
  fit({
    engine,
    model: layer,
    optimizer,
    schedule,
    train,
    pipeline,
    epochs: config.epochs,
    batchSize: config.batchSize,
    key: fold(key(config.seed), 'training'),
    start: { state: initialize(key(config.seed))(declareState(declaration, optimizer)), progress: beginning },
    onEvent: ({ kind }) => kind === 'step' && console.log(performance.now()),
    stop: () => true,
  }),
);
