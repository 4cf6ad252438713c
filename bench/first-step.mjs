/**
 * The quickstart up to the end of its first step, as a program of a user would run it, on the built package. Prints how many
 * milliseconds after the start of the process that was.
 */
import { beginning, chooseEngine, declareState, fit, fold, key, orThrow, sample } from 'vitrail';
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
    batchSize: config.batch,
    key: fold(key(config.seed), 'training'),
    start: { state: sample(key(config.seed))(declareState(declaration, optimizer)), progress: beginning },
    onEvent: ({ kind }) => kind === 'step' && console.log(performance.now()),
    stop: () => true,
  }),
);
