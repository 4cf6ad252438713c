/** The order in which the runtime computes, from its profile. */
import { expect, test } from 'vitest';
import { float32 } from '../../../src/core/host-tensor.js';
import { builder } from '../../../src/engine/compiler/graph/builder.js';
import { unary } from '../../../src/engine/compiler/graph/elementwise.js';
import type { Node, Unary } from '../../../src/engine/compiler/graph/node.js';
import { recordedOperators } from './recorded.js';

const make = builder();
const x = make.input([2], 'float32');
const apply = (op: Unary, to = x): Node => unary(make, op, to);
const [exp, tanh, sqrt] = [apply('Exp'), apply('Tanh'), apply('SquareRoot')];

const recorded = async (outputs: readonly Node[], order: readonly Node[]): Promise<readonly string[]> => {
  const inputs = [{ node: x, source: { kind: 'argument', position: 0 } as const }];
  const operators = await recordedOperators({ inputs, outputs }, [float32([2], [1, 2])], order);
  return operators.filter((operator) => operator !== 'Shape');
};

test.each([
  { order: [exp, tanh, sqrt], operators: ['Exp', 'Tanh', 'Sqrt'] },
  { order: [sqrt, exp, tanh], operators: ['Sqrt', 'Exp', 'Tanh'] },
  { order: [tanh, sqrt, exp], operators: ['Tanh', 'Sqrt', 'Exp'] },
])('nodes are computed in the requested order: $operators', async ({ order, operators }) => {
  expect(await recorded([exp, tanh, sqrt], order)).toEqual(operators);
});

test('a node that the outputs do not need is ignored', async () => {
  expect(await recorded([exp, tanh], [apply('Sine'), exp, tanh])).toEqual(['Exp', 'Tanh']);
});

test('the inputs of a node come before it, even against the requested order', async () => {
  const both = apply('Erf', tanh);
  expect(await recorded([both, exp], [both, exp, tanh])).toEqual(['Tanh', 'Erf', 'Exp']);
});
