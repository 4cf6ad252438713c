export { type ChooseOptions, type ChosenEngine, chooseEngine, type Wanted } from './choose.js';
export { eager, registeredBackends } from './eager.js';
export {
  type Compiled,
  type CompileOptions,
  type Engine,
  type EngineError,
  type EngineErrorKind,
  engineError,
  type Value,
  type Values,
} from './engine.js';
export { countOperations, flops, type Graph } from './jit/graph/graph.js';
export { type JitOptions, jit } from './jit/jit.js';
export type { Traffic } from './jit/tensorflow/traffic.js';
export { traceGraph } from './jit/trace/trace.js';
export { type TensorflowEngine, type TensorflowOptions, tensorflow } from './tensorflow.js';
