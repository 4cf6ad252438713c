import type { Builder } from '../../graph/builder.js';
import { binary, cast, select, unary } from '../../graph/elementwise.js';
import { reshape } from '../../graph/movement.js';
import type { Arithmetic, Comparison, Node } from '../../graph/node.js';
import { ofOneInput, type TfjsKernel, type TfjsKernels } from './tfjs-kernel.js';
import { leaky } from './unary.js';

// tfjs computes with bool values too: they are int32 in between.
const numbers = (record: (graph: Builder, a: Node, b: Node) => Node): TfjsKernel => {
  return ({ graph, input }) => {
    const [a, b] = [input('a'), input('b')];
    if (a.dtype !== 'bool') return record(graph, a, b);
    return cast(graph, record(graph, cast(graph, a, 'int32'), cast(graph, b, 'int32')), 'bool');
  };
};

const arithmetic = (op: Arithmetic): TfjsKernel => numbers((graph, a, b) => binary(graph, op, a, b));

const comparison =
  (op: Comparison): TfjsKernel =>
  ({ graph, input }) => {
    // The graph has no order on bool values.
    const number = (x: Node): Node => (x.dtype === 'bool' ? cast(graph, x, 'int32') : x);
    return binary(graph, op, number(input('a')), number(input('b')));
  };

const logic =
  (op: 'And' | 'Or'): TfjsKernel =>
  ({ graph, input }) =>
    binary(graph, op, cast(graph, input('a'), 'bool'), cast(graph, input('b'), 'bool'));

// On int32, (a - a mod b) / b is exact. The result of tfjs is int32 for both types.
const floorDivide = (graph: Builder, a: Node, b: Node): Node => {
  if (a.dtype === 'float32') return cast(graph, unary(graph, 'Floor', binary(graph, 'Divide', a, b)), 'int32');
  const zero = graph.splat(0, [], 'int32');
  const divisor = select(graph, binary(graph, 'Equal', b, zero), graph.splat(1, [], 'int32'), b);
  const exact = binary(graph, 'Subtract', a, binary(graph, 'FloorModulo', a, divisor));
  return binary(graph, 'Divide', exact, divisor);
};

// The angle of the point (x, y): that of the slope, on the side of x.
const angle = (graph: Builder, y: Node, x: Node): Node => {
  const number = (value: number): Node => graph.splat(value, [], 'float32');
  const zero = number(0);
  const slope = unary(graph, 'ArcTangent', binary(graph, 'Divide', y, x));
  const half = select(graph, binary(graph, 'Less', y, zero), number(-Math.PI), number(Math.PI));
  const turned = binary(graph, 'Add', slope, select(graph, binary(graph, 'Less', x, zero), half, zero));
  const isOrigin = binary(graph, 'And', binary(graph, 'Equal', x, zero), binary(graph, 'Equal', y, zero));
  return select(graph, isOrigin, zero, turned);
};

export const binaryKernels: TfjsKernels = {
  Atan2: ({ graph, input }) => angle(graph, cast(graph, input('a'), 'float32'), cast(graph, input('b'), 'float32')),
  Add: arithmetic('Add'),
  AddN: ({ graph, inputs }) => inputs().reduce((sum, next) => binary(graph, 'Add', sum, next)),
  Sub: arithmetic('Subtract'),
  Multiply: arithmetic('Multiply'),
  RealDiv: ({ graph, input }) =>
    binary(graph, 'Divide', cast(graph, input('a'), 'float32'), cast(graph, input('b'), 'float32')),
  FloorDiv: numbers(floorDivide),
  Mod: numbers((graph, a, b) => binary(graph, 'FloorModulo', a, b)),
  Pow: arithmetic('Power'),
  Maximum: arithmetic('Maximum'),
  Minimum: arithmetic('Minimum'),
  SquaredDifference: numbers((graph, a, b) => {
    const difference = binary(graph, 'Subtract', a, b);
    return binary(graph, 'Multiply', difference, difference);
  }),
  Prelu: ({ graph, input }) => leaky(graph, input('x'), input('alpha')),
  Equal: comparison('Equal'),
  NotEqual: ({ graph, input }) => unary(graph, 'Not', binary(graph, 'Equal', input('a'), input('b'))),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: logic('And'),
  LogicalOr: logic('Or'),
  LogicalNot: ofOneInput((graph, x) => unary(graph, 'Not', cast(graph, x, 'bool'))),
  Select: ({ graph, input }) => {
    const [given, then, otherwise] = [input('condition'), input('t'), input('e')];
    // A vector of conditions selects rows.
    const condition =
      given.shape.length === 1 && then.shape.length > 1
        ? reshape(graph, given, [...given.shape, ...then.shape.slice(1).map(() => 1)])
        : given;
    if (then.dtype !== 'bool') return select(graph, condition, then, otherwise);
    const chosen = select(graph, condition, cast(graph, then, 'int32'), cast(graph, otherwise, 'int32'));
    return cast(graph, chosen, 'bool');
  },
};
