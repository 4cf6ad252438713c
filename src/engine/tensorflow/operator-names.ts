/**
 * The TensorFlow operators that are called otherwise and do the same.
 *
 * @module
 */
import type { Binary, Reduction, Unary } from '../compiler/graph/node.js';

export const unaryOperator: Readonly<Record<Unary, string>> = {
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
  IsNan: 'IsNan',
  Log: 'Log',
  Negate: 'Neg',
  Not: 'LogicalNot',
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
};

/** `Divide` is this for float32 only. */
export const binaryOperator: Readonly<Record<Binary, string>> = {
  Add: 'AddV2',
  Subtract: 'Sub',
  Multiply: 'Mul',
  Divide: 'RealDiv',
  FloorModulo: 'FloorMod',
  Power: 'Pow',
  Maximum: 'Maximum',
  Minimum: 'Minimum',
  Equal: 'Equal',
  Less: 'Less',
  LessOrEqual: 'LessEqual',
  Greater: 'Greater',
  GreaterOrEqual: 'GreaterEqual',
  And: 'LogicalAnd',
  Or: 'LogicalOr',
};

export const reductionOperator: Readonly<Record<Reduction, string>> = {
  ReduceSum: 'Sum',
  ReduceProduct: 'Prod',
  ReduceMaximum: 'Max',
  ReduceMinimum: 'Min',
};
