export { type ChooseOptions, type ChosenEngine, chooseEngine, type EngineName } from './choose.js';
export { countOperations, flops, type Graph } from './compiler/graph/graph.js';
export { traceGraph } from './compiler/trace/trace.js';
export { eager, registeredBackends } from './eager/eager.js';
export {
  type Compiled,
  type CompileOptions,
  type Engine,
  type EngineError,
  type EngineErrorKind,
  type ExpectedMemory,
  engineError,
  type KeyParameter,
  type Value,
  type Values,
} from './engine.js';
export { type JitOptions, jit } from './onnxruntime/jit.js';
export { type TensorflowEngine, type TensorflowOptions, tensorflow } from './tensorflow/tensorflow.js';
export type { Traffic } from './tensorflow/traffic.js';
