import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { eager } from './eager/eager.js';
import { type Engine, type EngineError, engineError } from './engine.js';
import { type JitOptions, jit } from './onnxruntime/jit.js';
import { tensorflow } from './tensorflow/tensorflow.js';
import type { NativePackage } from './tfjs/find-native-tfjs.js';
import { loadTfjs } from './tfjs/load-tfjs.js';
import { loadNativeTfjs, NATIVE_BACKEND, type NativeOptions, type NativeTfjs } from './tfjs/native-tfjs.js';
import { nvidiaGpus } from './tfjs/nvidia-gpus.js';

/**
 * `auto`: a GPU if there is one, otherwise jit. `jit`: compiled, on ONNX Runtime. `eager`: the fastest tfjs backend that
 * loads. `eager:tfjs-node-gpu`: a GPU or an error. `eager:tfjs-node`: that package or an error. `eager:<backend>`: a
 * registered backend. `jit:tfjs-node-gpu`, `jit:tfjs-node`: the same two packages, compiled.
 */
export type EngineName = 'auto' | 'jit' | `jit:${NativeName}` | 'eager' | `eager:${string}`;

type NativeName = 'tfjs-node' | 'tfjs-node-gpu';

export interface ChosenEngine {
  readonly engine: Engine;
  /** One line to show: which engine was chosen, and why not a faster one. */
  readonly reason: string;
}

export interface ChooseOptions extends JitOptions, NativeOptions {}

type Choice = TE.TaskEither<EngineError, ChosenEngine>;

const GPU_PACKAGE: NativePackage = '@tensorflow/tfjs-node-gpu';
const CPU_PACKAGE: NativePackage = '@tensorflow/tfjs-node';
const HELP = 'see docs/engines.md';

/**
 * Makes an engine and says which one it is. Unavailable engines are reported, in the reason or as an error.
 *
 * @example
 * const { engine, reason } = await orThrow(chooseEngine('auto'));
 */
export const chooseEngine = (name: EngineName, options: ChooseOptions = {}): Choice =>
  pipe(
    loadTfjs,
    TE.chain(() => {
      switch (name) {
        case 'auto':
          return automatic(options);
        case 'jit':
          return because(jit(options), 'as requested');
        case 'eager':
          return fastestEager(options);
        case 'eager:tfjs-node-gpu':
          return withGpu(options, nativeEager);
        case 'jit:tfjs-node-gpu':
          return withGpu(options, tensorflow());
        case 'eager:tfjs-node':
          return withNative(options, nativeEager);
        case 'jit:tfjs-node':
          return withNative(options, tensorflow());
        default:
          return name.startsWith('eager:')
            ? because(eager(name.slice('eager:'.length)), 'as requested')
            : unavailable(
                `there is no engine '${name}': use one of auto, jit, eager, eager:<backend>, jit:tfjs-node or jit:tfjs-node-gpu`,
              );
      }
    }),
  );

const unavailable = (message: string): Choice => TE.left(engineError('unavailable', message));

const because = (engine: TE.TaskEither<EngineError, Engine>, why: string): Choice =>
  pipe(
    engine,
    TE.map((made) => ({ engine: made, reason: `${made.name}: ${why}` })),
  );

const loading = (name: NativePackage, options: NativeOptions): TE.TaskEither<EngineError, NativeTfjs> =>
  TE.fromTask(() => loadNativeTfjs(name, options));

const NO_GPU = `${GPU_PACKAGE} loads but finds no GPU`;

type Making = TE.TaskEither<EngineError, Engine>;

const nativeEager: Making = eager(NATIVE_BACKEND);

const onGpu = (engine: Making): Choice =>
  pipe(
    TE.fromTask(() => nvidiaGpus()),
    TE.chain((names) =>
      because(engine, `${GPU_PACKAGE} found a GPU${names.length > 0 ? ` (${names.join(', ')})` : ''}`),
    ),
  );

/** An engine on the GPU, or `otherwise` if there is none. */
const gpuOr = (
  options: NativeOptions,
  otherwise: (why: string, native: NativeTfjs) => Choice,
  engine: Making = nativeEager,
): Choice =>
  pipe(
    loading(GPU_PACKAGE, options),
    TE.chain((native) =>
      native.kind === 'absent' ? otherwise(native.why, native) : native.gpu ? onGpu(engine) : otherwise(NO_GPU, native),
    ),
  );

const automatic = (options: ChooseOptions): Choice =>
  gpuOr(options, (why) => because(jit(options), `no GPU in use, since ${why}; ${HELP}`));

const withGpu = (options: NativeOptions, engine: Making): Choice =>
  gpuOr(options, (why) => unavailable(`no GPU is available: ${why}; ${HELP}`), engine);

const withNative = (options: NativeOptions, engine: Making): Choice =>
  pipe(
    loading(CPU_PACKAGE, options),
    TE.chain((native) =>
      native.kind === 'loaded'
        ? because(engine, `${CPU_PACKAGE}, as requested`)
        : unavailable(`${native.why}; ${HELP}`),
    ),
  );

const fastestEager = (options: NativeOptions): Choice =>
  gpuOr(options, (noGpu, withGpu) =>
    withGpu.kind === 'loaded'
      ? because(nativeEager, `${noGpu} and runs on the CPU`)
      : pipe(
          loading(CPU_PACKAGE, options),
          TE.chain((native) =>
            native.kind === 'loaded'
              ? because(nativeEager, `${CPU_PACKAGE}, as ${noGpu}`)
              : because(eager('cpu'), `plain JavaScript and slow, as ${noGpu} and ${native.why}; ${HELP}`),
          ),
        ),
  );
