import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { eager } from '../../../src/engine/eager/eager.js';
import { type Engine, type EngineError, engineError } from '../../../src/engine/engine.js';
import { tensorflow } from '../../../src/engine/tensorflow/tensorflow.js';
import { loadTfjs } from '../../../src/engine/tfjs/load-tfjs.js';
import { loadNativeTfjs, NATIVE_BACKEND } from '../../../src/engine/tfjs/native-tfjs.js';

/** Loads tfjs-node; the error says what to do. */
export const tfjsNode: TE.TaskEither<EngineError, void> = pipe(
  loadTfjs,
  TE.chain(() => TE.fromTask(() => loadNativeTfjs('@tensorflow/tfjs-node'))),
  TE.chain((native) =>
    native.kind === 'loaded'
      ? TE.right(undefined)
      : TE.left(engineError('unavailable', `${native.why}: npm run setup:tfjs-node builds it`)),
  ),
);

const onTfjsNode = (engine: TE.TaskEither<EngineError, Engine>): TE.TaskEither<EngineError, Engine> =>
  pipe(
    tfjsNode,
    TE.chain(() => engine),
  );

/** The engines on tfjs-node. `npm run test:tfjs-node` uses this table instead of the one in test/support. */
export const engineTable: readonly (readonly [name: string, make: TE.TaskEither<EngineError, Engine>])[] = [
  ['eager on plain JavaScript', eager('cpu')],
  ['eager on tfjs-node', onTfjsNode(eager(NATIVE_BACKEND))],
  ['compiled on tfjs-node', onTfjsNode(tensorflow())],
];
