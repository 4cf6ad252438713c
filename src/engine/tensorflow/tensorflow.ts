/**
 * The compiled engine on tfjs-node: a function is traced as under jit, and its graph runs as a whole in TensorFlow, on a
 * GPU where tfjs-node-gpu has one. Donated values live in variables of the session. See ../compiler/README.md.
 *
 * @module
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { BackEnd } from '../compiled/back-end.js';
import { compiledEngine } from '../compiled/compiled-engine.js';
import type { Engine, EngineError } from '../engine.js';
import { runtimeError } from '../internal/refusal.js';
import { loadTfjs } from '../tfjs/load-tfjs.js';
import { NATIVE_BACKEND } from '../tfjs/native-tfjs.js';
import { hostCopy, tensorOn } from '../tfjs/tensors.js';
import { type Content, free, inTensor, tensorsOf } from './content.js';
import { type NodeBackend, nodeBackend } from './node-backend.js';
import { outputVariables } from './output-variables.js';
import { createProgram } from './program.js';
import { type Meter, meter, type Traffic } from './traffic.js';

export interface TensorflowOptions {
  /** Lets XLA compile what it can of each graph. Default: false. */
  readonly xla?: boolean;
}

export interface TensorflowEngine extends Engine {
  /** What was copied between JavaScript and TensorFlow's sessions since the engine was made. */
  readonly traffic: () => Traffic;
}

/** Makes the engine, once tfjs-node or tfjs-node-gpu is loaded. */
export const tensorflow = ({ xla = false }: TensorflowOptions = {}): TE.TaskEither<EngineError, TensorflowEngine> =>
  pipe(
    loadTfjs,
    TE.chain(() => TE.fromEither(nodeBackend())),
    TE.chain((backend) =>
      TE.fromTask(async () => {
        const traffic = meter();
        const engine = compiledEngine(savedModels(backend, xla, await threadsOf(backend), traffic));
        return { ...engine, traffic: traffic.read };
      }),
    ),
  );

// TensorFlow's own default on a CPU. A GPU computes the same bits however many threads feed it.
const threadsOf = async (backend: NodeBackend): Promise<number> => {
  if (backend.isUsingGpuDevice) return 1;
  const { availableParallelism } = await import('node:os');
  return Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
};

const nameOf = ({ isGPUPackage, isUsingGpuDevice, binding }: NodeBackend, xla: boolean): string => {
  const where = `TensorFlow ${binding.TF_Version}, ${isUsingGpuDevice ? 'GPU' : 'CPU'}${xla ? ', XLA' : ''}`;
  return `${isGPUPackage ? 'tfjs-node-gpu' : 'tfjs-node'} compiled (${where})`;
};

const savedModels = (backend: NodeBackend, xla: boolean, threads: number, traffic: Meter): BackEnd<Content> => ({
  name: nameOf(backend, xla),
  threads,
  load: (tensor) => inTensor(tensorOn(NATIVE_BACKEND, tensor)),
  read: (contents) => Promise.all(tensorsOf(contents).map(hostCopy)),
  free,
  compiler:
    () =>
    ({ graph, args, result, donate }) =>
      TE.tryCatch(
        () =>
          createProgram(graph, {
            backend,
            xla,
            meter: traffic,
            outputVariables: outputVariables(args, donate, result),
          }),
        runtimeError,
      ),
});
