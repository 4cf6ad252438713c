import type { Builder } from '../../graph/builder.js';
import { binary, cast, select, unary } from '../../graph/elementwise.js';
import { reshape } from '../../graph/movement.js';
import type { Arithmetic, Comparison, Node } from '../../graph/node.js';
import type { Kernel, Kernels } from './kernel.js';
import { leaky } from './unary.js';

// Truth values count as whole numbers in between: tfjs computes with them too.
const numbers = (record: (graph: Builder, a: Node, b: Node) => Node): Kernel => {
  return ({ graph, input }) => {
    const [a, b] = [input('a'), input('b')];
    if (a.dtype !== 'bool') return record(graph, a, b);
    return cast(graph, record(graph, cast(graph, a, 'int32'), cast(graph, b, 'int32')), 'bool');
  };
};

const arithmetic = (op: Arithmetic): Kernel => numbers((graph, a, b) => binary(graph, op, a, b));

const comparison =
  (op: Comparison): Kernel =>
  ({ graph, input }) => {
    // No order on truth values in the graph's language.
    const [a, b] = [input('a'), input('b')].map((x) => (x.dtype === 'bool' ? cast(graph, x, 'int32') : x)) as [
      Node,
      Node,
    ];
    return binary(graph, op, a, b);
  };

const logic =
  (op: 'And' | 'Or'): Kernel =>
  ({ graph, inputs: [a, b] }) =>
    binary(graph, op, cast(graph, a!, 'bool'), cast(graph, b!, 'bool'));

// Of whole numbers: (a - a mod b) / b is exact. tfjs answers int32 for both types.
const floorDivide = (graph: Builder, a: Node, b: Node): Node => {
  if (a.dtype === 'float32') return cast(graph, unary(graph, 'Floor', binary(graph, 'Divide', a, b)), 'int32');
  const zero = graph.splat(0, [], 'int32');
  const divisor = select(graph, binary(graph, 'Equal', b, zero), graph.splat(1, [], 'int32'), b);
  const exact = binary(graph, 'Subtract', a, binary(graph, 'FloorModulo', a, divisor));
  return binary(graph, 'Divide', exact, divisor);
};

export const binaryKernels: Kernels = {
  Add: arithmetic('Add'),
  AddN: ({ graph, inputs }) => inputs.reduce((sum, next) => binary(graph, 'Add', sum, next)),
  Sub: arithmetic('Subtract'),
  Multiply: arithmetic('Multiply'),
  RealDiv: ({ graph, input }) => {
    const [a, b] = ['a', 'b'].map((name) => cast(graph, input(name), 'float32')) as [Node, Node];
    return binary(graph, 'Divide', a, b);
  },
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
  LogicalNot: ({ graph, inputs: [x] }) => unary(graph, 'Not', cast(graph, x!, 'bool')),
  Select: ({ graph, input }) => {
    const [condition, then, otherwise] = ['condition', 't', 'e'].map(input) as [Node, Node, Node];
    // A vector of conditions chooses among rows.
    const rank = then.shape.length;
    const whole =
      condition.shape.length === 1 && rank > 1
        ? reshape(graph, condition, [condition.shape[0]!, ...Array.from({ length: rank - 1 }, () => 1)])
        : condition;
    if (then.dtype !== 'bool') return select(graph, whole, then, otherwise);
    const chosen = select(graph, whole, cast(graph, then, 'int32'), cast(graph, otherwise, 'int32'));
    return cast(graph, chosen, 'bool');
  },
};
