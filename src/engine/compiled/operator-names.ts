import type { Binary, Unary } from '../compiler/graph/node.js';

/** The operations of one input that have the same name in ONNX and in TensorFlow. */
export const commonUnary = {
  Absolute: 'Abs',
  ArcCosine: 'Acos',
  ArcSine: 'Asin',
  ArcTangent: 'Atan',
  Ceiling: 'Ceil',
  Cosine: 'Cos',
  Erf: 'Erf',
  Exp: 'Exp',
  Floor: 'Floor',
  HyperbolicArcCosine: 'Acosh',
  HyperbolicArcSine: 'Asinh',
  HyperbolicArcTangent: 'Atanh',
  HyperbolicCosine: 'Cosh',
  HyperbolicSine: 'Sinh',
  Log: 'Log',
  Negate: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Round: 'Round',
  Sigmoid: 'Sigmoid',
  Sign: 'Sign',
  Sine: 'Sin',
  Softplus: 'Softplus',
  SquareRoot: 'Sqrt',
  Tangent: 'Tan',
  Tanh: 'Tanh',
} as const satisfies Partial<Readonly<Record<Unary, string>>>;

/** The operations of two inputs that have the same name in ONNX and in TensorFlow. */
export const commonBinary = {
  Subtract: 'Sub',
  Multiply: 'Mul',
  Power: 'Pow',
  Equal: 'Equal',
  Less: 'Less',
  Greater: 'Greater',
} as const satisfies Partial<Readonly<Record<Binary, string>>>;
