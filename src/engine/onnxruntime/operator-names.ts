/**
 * The ONNX operators that are called otherwise and do the same.
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
  IsNan: 'IsNaN',
  Log: 'Log',
  Negate: 'Neg',
  Not: 'Not',
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

export const binaryOperator: Readonly<Record<Exclude<Binary, 'FloorModulo'>, string>> = {
  Add: 'Add',
  Subtract: 'Sub',
  Multiply: 'Mul',
  Divide: 'Div',
  Power: 'Pow',
  Maximum: 'Max',
  Minimum: 'Min',
  Equal: 'Equal',
  Less: 'Less',
  LessOrEqual: 'LessOrEqual',
  Greater: 'Greater',
  GreaterOrEqual: 'GreaterOrEqual',
  And: 'And',
  Or: 'Or',
};

export const reductionOperator: Readonly<Record<Reduction, string>> = {
  ReduceSum: 'ReduceSum',
  ReduceProduct: 'ReduceProd',
  ReduceMaximum: 'ReduceMax',
  ReduceMinimum: 'ReduceMin',
};
