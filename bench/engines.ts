/**
 * The engines that are compared. If one is unavailable, the report says why and the others are measured without it.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { chooseEngine, type Engine, type EngineError, eager, engineError, jit } from '../src/engine/index.js';
import { tensorflow } from '../src/engine/tensorflow/tensorflow.js';

export interface EngineRow {
  readonly engine: string;
  readonly threads: 1 | 2;
  /** Whether it is many times slower than jit. Slow engines get smaller batches and fewer rounds. */
  readonly slow: boolean;
  readonly load: TE.TaskEither<EngineError, Engine>;
}

/** An eager engine on the backend that a package registers. */
const eagerFrom = (name: string, backend: string): TE.TaskEither<EngineError, Engine> =>
  pipe(
    TE.tryCatch(
      () => import(name),
      (thrown) => engineError('unavailable', `cannot load ${name} (${String(thrown).split('\n')[0]})`),
    ),
    TE.chain(() => eager(backend)),
  );

const native: TE.TaskEither<EngineError, Engine> = pipe(
  // TensorFlow reads its number of threads from the environment when it is loaded.
  TE.fromIO(() => void Object.assign(process.env, { TF_NUM_INTRAOP_THREADS: '2' })),
  TE.chain(() => chooseEngine('eager:tfjs-node')),
  TE.map(({ engine }) => engine),
);

const compiler: EngineRow = { engine: 'jit', threads: 2, slow: false, load: jit({ threads: 2 }) };

/**
 * The engines that are compared in one process, each with the first. All of them together would need twice the memory of a
 * small machine.
 */
export const engineGroups = {
  own: [
    compiler,
    { engine: 'jit', threads: 1, slow: false, load: jit({ threads: 1 }) },
    { engine: 'eager wasm', threads: 1, slow: true, load: eagerFrom('@tensorflow/tfjs-backend-wasm', 'wasm') },
  ],
  'tfjs-node': [
    compiler,
    { engine: 'eager tfjs-node', threads: 2, slow: false, load: native },
    {
      engine: 'compiled tfjs-node',
      threads: 2,
      slow: false,
      load: pipe(
        native,
        TE.chain(() => tensorflow()),
      ),
    },
  ],
} as const satisfies Readonly<Record<string, readonly EngineRow[]>>;

export type EngineGroup = keyof typeof engineGroups;

/** A case per group. Its name is the given one, followed by the name of the group except for the first. */
export const casesByGroup = <A>(
  name: string,
  measure: (group: EngineGroup) => A,
): Readonly<Record<string, () => A>> => ({
  [name]: () => measure('own'),
  [`${name}, tfjs-node`]: () => measure('tfjs-node'),
});

/** Removes the row of jit from all groups but the first, so that it is in the table once. */
export const withoutRepeatedJit = <R>(group: EngineGroup, rows: readonly R[]): readonly R[] =>
  group === 'own' ? rows : rows.slice(1);

export interface Loaded extends EngineRow {
  readonly made: Engine;
}

/** The available engines of a group, and a note on each of the others. Empty if there is nothing to compare jit with. */
export const loadEngines = async (
  group: EngineGroup,
): Promise<{ readonly loaded: readonly Loaded[]; readonly notes: readonly string[] }> => {
  const loaded: Loaded[] = [];
  const notes: string[] = [];
  for (const row of engineGroups[group]) {
    const made = await row.load();
    if (E.isRight(made)) loaded.push({ ...row, made: made.right });
    else notes.push(`${row.engine} was not measured: ${made.left.message}.`);
  }
  return { loaded: group === 'own' || loaded.length > 1 ? loaded : [], notes };
};
