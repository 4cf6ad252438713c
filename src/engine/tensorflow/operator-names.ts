import { commonBinary, commonUnary } from '../compiled/operator-names.js';
import type { Binary, Reduction, Unary } from '../compiler/graph/node.js';

/** The TensorFlow operators that do the same as operations of one input. */
export const unaryOperator: Readonly<Record<Unary, string>> = { ...commonUnary, IsNan: 'IsNan', Not: 'LogicalNot' };

/** The TensorFlow operators that do the same as operations of two inputs; `Divide` for float32 only. */
export const binaryOperator: Readonly<Record<Binary, string>> = {
  ...commonBinary,
  Add: 'AddV2',
  Divide: 'RealDiv',
  FloorModulo: 'FloorMod',
  Maximum: 'Maximum',
  Minimum: 'Minimum',
  LessOrEqual: 'LessEqual',
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
