import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { eager } from '../../src/engine/eager/eager.js';
import type { Engine, EngineError } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';

/** The engines under test; the first is the reference. To add a tfjs backend, import its package and add one line. */
export const engineTable: readonly (readonly [name: string, make: TaskEither<EngineError, Engine>])[] = [
  ['eager on plain JavaScript', eager('cpu')],
  ['jit, 1 thread', jit({ threads: 1 })],
  ['jit, 2 threads', jit({ threads: 2 })],
  ['jit, divided among threads', jit({ threads: 2, dividedFrom: 0 })],
];
