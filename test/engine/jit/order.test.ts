/** In which order the runtime computes, seen in its own records. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { orThrow } from '../../../src/core/or-throw.js';
import { builder } from '../../../src/engine/jit/graph/builder.js';
import { unary } from '../../../src/engine/jit/graph/elementwise.js';
import type { Node } from '../../../src/engine/jit/graph/node.js';
import { emit } from '../../../src/engine/jit/onnx/emit.js';
import { loadRuntime } from '../../../src/engine/jit/onnx/runtime.js';
import { sessionOptions } from '../../../src/engine/jit/onnx/session-options.js';

const folder = mkdtempSync(join(tmpdir(), 'vitrail-order-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Recorded {
  readonly cat: string;
  readonly name: string;
  readonly args: { readonly op_name: string };
}

// The operators of one run, as they came.
const recorded = async (outputs: readonly Node[], x: Node, order?: readonly Node[]): Promise<readonly string[]> => {
  const runtime = await orThrow(loadRuntime);
  const model = emit({ inputs: [{ node: x, source: { kind: 'argument', position: 0 } }], outputs }, order);
  const profile = { enableProfiling: true, profileFilePrefix: join(folder, 'run') };
  const session = await runtime.InferenceSession.create(model.bytes, { ...sessionOptions(1, false), ...profile });
  await session.run({ [model.inputs[0]!.name]: new runtime.Tensor('float32', Float32Array.of(1, 2), x.shape) });
  session.endProfiling();
  await session.release();
  const [file] = readdirSync(folder);
  const events = JSON.parse(readFileSync(join(folder, file!), 'utf8')) as readonly Recorded[];
  rmSync(join(folder, file!));
  return events
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
    .map(({ args }) => args.op_name)
    .filter((operator) => !['Identity', 'Shape'].includes(operator));
};

const make = builder();
const x = make.input([2], 'float32');
const [exp, tanh, sqrt] = (['Exp', 'Tanh', 'SquareRoot'] as const).map((op) => unary(make, op, x)) as [
  Node,
  Node,
  Node,
];

test.each([
  [
    [exp, tanh, sqrt],
    ['Exp', 'Tanh', 'Sqrt'],
  ],
  [
    [sqrt, exp, tanh],
    ['Sqrt', 'Exp', 'Tanh'],
  ],
  [
    [tanh, sqrt, exp],
    ['Tanh', 'Sqrt', 'Exp'],
  ],
])('what is asked for early comes early', async (order, operators) => {
  expect(await recorded([exp, tanh, sqrt], x, order)).toEqual(operators);
});

test('what is not computed by itself is left out', async () => {
  const unused = unary(make, 'Negate', x);
  expect(await recorded([exp, tanh], x, [unused, exp, tanh])).toEqual(['Exp', 'Tanh']);
});

test('what something needs comes before it, whatever the order says', async () => {
  const both = unary(make, 'Erf', tanh);
  expect(await recorded([both, exp], x, [both, exp, tanh])).toEqual(['Tanh', 'Erf', 'Exp']);
});
