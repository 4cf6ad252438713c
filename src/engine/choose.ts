import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { eager } from './eager.js';
import { type Engine, type EngineError, engineError } from './engine.js';
import { loadTfjs } from './internal/load-tfjs.js';
import { type Load, loadNativeTfjs, NATIVE_BACKEND } from './internal/native-tfjs.js';
import { type JitOptions, jit } from './jit/jit.js';

/** `auto`: a GPU where there is one, else the compiler. `eager`: the fastest tfjs backend that loads. */
export type Wanted = 'auto' | 'jit' | 'eager' | `eager:${string}`;

export interface ChosenEngine {
  readonly engine: Engine;
  /** One line for people: what was chosen, and why not something better. */
  readonly reason: string;
}

export interface ChooseOptions extends JitOptions {
  /** Brings in the optional native packages by name; `import` unless told otherwise. */
  readonly load?: Load;
}

const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';
const CPU_PACKAGE = '@tensorflow/tfjs-node';
const HELP = 'see docs/engines.md';

/** Makes the wanted engine and says what it is; what is not here is an error or said, never passed over in silence. */
export const chooseEngine = (wanted: Wanted, options: ChooseOptions = {}): TE.TaskEither<EngineError, ChosenEngine> => {
  const load: Load = options.load ?? ((name) => import(name));
  return pipe(
    loadTfjs,
    TE.chain(() => {
      switch (wanted) {
        case 'auto':
          return automatic(load, options);
        case 'jit':
          return compiled('as wanted', options);
        case 'eager':
          return fastestEager(load);
        default:
          return wanted.startsWith('eager:')
            ? because(eager(wanted.slice('eager:'.length)), 'as wanted')
            : TE.left(unknown(wanted));
      }
    }),
  );
};

const unknown = (wanted: string): EngineError =>
  engineError('unavailable', `there is no engine '${wanted}': choose auto, jit, eager or eager:<backend>`);

const because = (engine: TE.TaskEither<EngineError, Engine>, why: string): TE.TaskEither<EngineError, ChosenEngine> =>
  pipe(
    engine,
    TE.map((made) => ({ engine: made, reason: `${made.name}: ${why}` })),
  );

const compiled = (why: string, options: JitOptions): TE.TaskEither<EngineError, ChosenEngine> =>
  because(jit(options), why);

const automatic = (load: Load, options: JitOptions): TE.TaskEither<EngineError, ChosenEngine> =>
  pipe(
    TE.fromTask(() => loadNativeTfjs(GPU_PACKAGE, load)),
    TE.chain((native) => {
      if (native.kind === 'loaded' && native.gpu) {
        return because(eager(NATIVE_BACKEND), `${GPU_PACKAGE} found a GPU`);
      }
      const why = native.kind === 'loaded' ? `${GPU_PACKAGE} loads but finds no GPU` : native.why;
      return compiled(`${why}; ${HELP}`, options);
    }),
  );

const fastestEager = (load: Load): TE.TaskEither<EngineError, ChosenEngine> =>
  pipe(
    TE.fromTask(() => loadNativeTfjs(GPU_PACKAGE, load)),
    TE.chain((withGpu) => {
      if (withGpu.kind === 'loaded') {
        return because(
          eager(NATIVE_BACKEND),
          `${GPU_PACKAGE} ${withGpu.gpu ? 'found a GPU' : 'loads but finds no GPU'}`,
        );
      }
      return pipe(
        TE.fromTask(() => loadNativeTfjs(CPU_PACKAGE, load)),
        TE.chain((native) =>
          native.kind === 'loaded'
            ? because(eager(NATIVE_BACKEND), `${CPU_PACKAGE}, as ${withGpu.why}`)
            : because(eager('cpu'), `plain JavaScript and slow, as ${withGpu.why} and ${native.why}; ${HELP}`),
        ),
      );
    }),
  );
