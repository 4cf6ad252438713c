import { commonBinary, commonUnary } from '../compiled/operator-names.js';
import type { Binary, Reduction, Unary } from '../compiler/graph/node.js';

/** The ONNX operators that do the same as operations of one input. */
export const unaryOperator: Readonly<Record<Unary, string>> = { ...commonUnary, IsNan: 'IsNaN', Not: 'Not' };

/** The ONNX operators that do the same as operations of two inputs. */
export const binaryOperator: Readonly<Record<Exclude<Binary, 'FloorModulo'>, string>> = {
  ...commonBinary,
  Add: 'Add',
  Divide: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
  LessOrEqual: 'LessOrEqual',
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
