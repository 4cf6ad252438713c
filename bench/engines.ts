/**
 * The engines that are compared, by name. One that is not here says why, and the others are measured without it.
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
  /** How much longer than the compiler it takes, roughly: slow ones get smaller batches and fewer rounds. */
  readonly slow: boolean;
  readonly load: TE.TaskEither<EngineError, Engine>;
}

/** An eager engine on the backend that a package registers. */
const eagerFrom = (name: string, backend: string): TE.TaskEither<EngineError, Engine> =>
  pipe(
    TE.tryCatch(
      () => import(name),
      (thrown) => engineError('unavailable', `${name} is not here (${String(thrown).split('\n')[0]})`),
    ),
    TE.chain(() => eager(backend)),
  );

const native: TE.TaskEither<EngineError, Engine> = pipe(
  // TensorFlow reads its number of threads from the environment, when it is loaded.
  TE.fromIO(() => void Object.assign(process.env, { TF_NUM_INTRAOP_THREADS: '2' })),
  TE.chain(() => chooseEngine('eager:tfjs-node')),
  TE.map(({ engine }) => engine),
);

const compiler: EngineRow = { engine: 'jit', threads: 2, slow: false, load: jit({ threads: 2 }) };

/**
 * What is compared in one process, each time with the first. Together they would want twice the memory of a small machine.
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

/** A case for each group, by the given name and, but for the first, that of the group. */
export const casesByGroup = <A>(
  name: string,
  measure: (group: EngineGroup) => A,
): Readonly<Record<string, () => A>> => ({
  [name]: () => measure('own'),
  [`${name}, tfjs-node`]: () => measure('tfjs-node'),
});

/** The compiler's row stands in the table once, with its own group. */
export const told = <R>(group: EngineGroup, rows: readonly R[]): readonly R[] =>
  group === 'own' ? rows : rows.slice(1);

export interface Loaded extends EngineRow {
  readonly made: Engine;
}

/** Those of a group that are here, and a note on each of the others; none where there is nothing to compare the first with. */
export const loadEngines = async (
  group: EngineGroup,
): Promise<{ readonly loaded: readonly Loaded[]; readonly notes: readonly string[] }> => {
  const loaded: Loaded[] = [];
  const notes: string[] = [];
  for (const row of engineGroups[group]) {
    const made = await row.load();
    if (E.isRight(made)) loaded.push({ ...row, made: made.right });
    else notes.push(`Not measured, ${row.engine}: ${made.left.message}.`);
  }
  return { loaded: group === 'own' || loaded.length > 1 ? loaded : [], notes };
};
