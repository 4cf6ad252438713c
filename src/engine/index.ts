/**
 * Engines, which execute functions: `jit` compiles them for ONNX Runtime, `eager` runs them operation by operation on a tfjs backend.
 *
 * @module
 */
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
export type { ExportedModel } from './onnx-export/assemble.js';
export type { ExportError } from './onnx-export/export-error.js';
export { type ExportFunctionOptions, exportFunction } from './onnx-export/export-function.js';
export type { ExportedValue, ExportInput } from './onnx-export/export-input.js';
export { type ExportOnnxOptions, exportOnnx } from './onnx-export/export-onnx.js';
export type { WeightType } from './onnx-export/weights.js';
export { type JitOptions, jit } from './onnxruntime/jit.js';
export { type TensorflowEngine, type TensorflowOptions, tensorflow } from './tensorflow/tensorflow.js';
export type { Traffic } from './tensorflow/traffic.js';
