/**
 * Elementwise operations and the rewrites that remove some of them. A rewrite may change the last bits of a value,
 * but preserves NaN and the infinities. So `x * 0` is not rewritten.
 *
 * @module
 */
import type { DType } from '../../../core/host-tensor.js';
import { broadcast, broadcastShape, withoutBroadcast } from './broadcast.js';
import type { Builder } from './builder.js';
import { binaryValue, unaryValue } from './constant-folding.js';
import { type Binary, isOp, type Node, splatValue, type Unary } from './node.js';

const BOOL: ReadonlySet<Binary | Unary> = new Set([
  'Equal',
  'Less',
  'LessOrEqual',
  'Greater',
  'GreaterOrEqual',
  'And',
  'Or',
  'IsNan',
]);

/** Applies `op` to every element. */
export const unary = (graph: Builder, op: Unary, x: Node): Node => {
  const dtype = BOOL.has(op) ? 'bool' : x.dtype;
  const value = splatValue(x);
  const known = unaryValue[op];
  if (value !== undefined && known !== undefined) return graph.splat(known(value), x.shape, dtype);
  if (isOp(x, 'Broadcast')) return broadcast(graph, unary(graph, op, x.inputs[0]), x.shape);
  if ((op === 'Negate' || op === 'Not') && isOp(x, op)) return x.inputs[0];
  return graph.make({ op }, [x], x.shape, dtype);
};

/** Applies `op` to pairs of elements. The operands have one type and broadcast. */
export const binary = (graph: Builder, op: Binary, x: Node, y: Node): Node => {
  const shape = broadcastShape(x.shape, y.shape);
  const a = withoutBroadcast(graph, x);
  const b = withoutBroadcast(graph, y);
  const small = broadcastShape(a.shape, b.shape);
  const result =
    folded(graph, op, a, b) ??
    withConstant(graph, op, a, b) ??
    withNegation(graph, op, a, b) ??
    graph.make({ op }, [a, b], small, BOOL.has(op) ? 'bool' : a.dtype);
  return broadcast(graph, result, shape);
};

const folded = (graph: Builder, op: Binary, a: Node, b: Node): Node | undefined => {
  const x = splatValue(a);
  const y = splatValue(b);
  return x === undefined || y === undefined
    ? undefined
    : graph.splat(binaryValue[op](x, y), [], BOOL.has(op) ? 'bool' : a.dtype);
};

const isNormal = (value: number): boolean => Number.isFinite(value) && Math.abs(Math.fround(value)) >= 2 ** -126;

// Constants go to the right, where the rules below look for them. The operand that is returned has the shape of the
// result, since the constant is a scalar.
const withConstant = (graph: Builder, op: Binary, a: Node, b: Node): Node | undefined => {
  const left = splatValue(a);
  if (left !== undefined) {
    if (op === 'Add' || op === 'Multiply') return binary(graph, op, b, a);
    return op === 'Subtract' && left === 0 ? unary(graph, 'Negate', b) : undefined;
  }
  const c = splatValue(b);
  if (c === undefined) return undefined;
  switch (op) {
    case 'Add':
      return c === 0 ? a : undefined;
    case 'Subtract':
      return c === 0 ? a : binary(graph, 'Add', a, graph.splat(-c, [], a.dtype));
    case 'Divide':
      if (c === 1) return a;
      return a.dtype === 'float32' && isNormal(c) && isNormal(1 / c)
        ? binary(graph, 'Multiply', a, graph.splat(1 / c, [], 'float32'))
        : undefined;
    case 'Multiply':
      return c === 1 ? a : c === -1 ? unary(graph, 'Negate', a) : mergedFactor(graph, a, c);
    case 'Power':
      return power(graph, a, c);
    default:
      return undefined;
  }
};

// (x * c) * d = x * (c * d) and (-x) * c = x * (-c), as long as the product is a normal number.
const mergedFactor = (graph: Builder, a: Node, d: number): Node | undefined => {
  if (isOp(a, 'Negate')) return binary(graph, 'Multiply', a.inputs[0], graph.splat(-d, [], a.dtype));
  if (!isOp(a, 'Multiply') || a.dtype !== 'float32') return undefined;
  const c = splatValue(a.inputs[1]);
  return c !== undefined && isNormal(c) && isNormal(d) && isNormal(c * d)
    ? binary(graph, 'Multiply', a.inputs[0], graph.splat(c * d, [], 'float32'))
    : undefined;
};

const power = (graph: Builder, x: Node, exponent: number): Node | undefined => {
  switch (exponent) {
    case 1:
      return x;
    case 2:
      return binary(graph, 'Multiply', x, x);
    case 0.5:
      return x.dtype === 'float32' ? unary(graph, 'SquareRoot', x) : undefined;
    // The gradient of rsqrt has this exponent. Every layer norm needs it.
    case 1.5:
      return x.dtype === 'float32' ? binary(graph, 'Multiply', x, unary(graph, 'SquareRoot', x)) : undefined;
    default:
      return undefined;
  }
};

const withNegation = (graph: Builder, op: Binary, a: Node, b: Node): Node | undefined => {
  if (op === 'Add' && isOp(b, 'Negate')) return binary(graph, 'Subtract', a, b.inputs[0]);
  if (op === 'Add' && isOp(a, 'Negate')) return binary(graph, 'Subtract', b, a.inputs[0]);
  if (op === 'Subtract' && isOp(b, 'Negate')) return binary(graph, 'Add', a, b.inputs[0]);
  if (op === 'Multiply' && isOp(a, 'Negate') && isOp(b, 'Negate')) {
    return binary(graph, 'Multiply', a.inputs[0], b.inputs[0]);
  }
  return undefined;
};

/** `then` where the condition holds, else `otherwise`; all three broadcast. */
export const select = (graph: Builder, condition: Node, then: Node, otherwise: Node): Node => {
  const shape = broadcastShape(condition.shape, then.shape, otherwise.shape);
  const known = splatValue(condition);
  if (known !== undefined) return broadcast(graph, known === 0 ? otherwise : then, shape);
  const a = withoutBroadcast(graph, condition);
  const b = withoutBroadcast(graph, then);
  const c = withoutBroadcast(graph, otherwise);
  const small = broadcastShape(a.shape, b.shape, c.shape);
  return broadcast(graph, graph.make({ op: 'Select' }, [a, b, c], small, then.dtype), shape);
};

/** Converts to a type: rounds towards zero for int32, compares with zero for bool. */
export const cast = (graph: Builder, x: Node, dtype: DType): Node => {
  if (x.dtype === dtype) return x;
  const value = splatValue(x);
  if (value !== undefined) return graph.splat(value, x.shape, dtype);
  if (isOp(x, 'Broadcast')) return broadcast(graph, cast(graph, x.inputs[0], dtype), x.shape);
  // A bool survives a cast to any type and back.
  if (isOp(x, 'Cast') && x.inputs[0].dtype === 'bool') return cast(graph, x.inputs[0], dtype);
  return graph.make({ op: 'Cast' }, [x], x.shape, dtype);
};
