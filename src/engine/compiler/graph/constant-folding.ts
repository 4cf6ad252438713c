/**
 * Constant folding: the results of operations on numbers that are known during tracing.
 *
 * @module
 */
import type { Binary, Unary } from './node.js';

const roundHalfToEven = (x: number): number => {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? 2 * Math.round(floor / 2) : Math.round(x);
};

/** Functions that JavaScript lacks have no entry. */
export const unaryValue: Partial<Readonly<Record<Unary, (x: number) => number>>> = {
  Absolute: Math.abs,
  Ceiling: Math.ceil,
  Cosine: Math.cos,
  Exp: Math.exp,
  Floor: Math.floor,
  IsNan: (x) => Number(Number.isNaN(x)),
  Log: Math.log,
  Negate: (x) => -x,
  Not: (x) => 1 - x,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(x, 0),
  Round: roundHalfToEven,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sign: Math.sign,
  Sine: Math.sin,
  SquareRoot: Math.sqrt,
  Tanh: Math.tanh,
};

export const binaryValue: Readonly<Record<Binary, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Subtract: (x, y) => x - y,
  Multiply: (x, y) => x * y,
  Divide: (x, y) => x / y,
  FloorModulo: (x, y) => {
    const remainder = x % y;
    return remainder !== 0 && remainder < 0 !== y < 0 ? remainder + y : remainder;
  },
  Power: (x, y) => x ** y,
  Maximum: Math.max,
  Minimum: Math.min,
  Equal: (x, y) => Number(x === y),
  Less: (x, y) => Number(x < y),
  LessOrEqual: (x, y) => Number(x <= y),
  Greater: (x, y) => Number(x > y),
  GreaterOrEqual: (x, y) => Number(x >= y),
  And: (x, y) => x & y,
  Or: (x, y) => x | y,
};
