import { beforeAll, describe, expect, test } from 'vitest';
import { orThrow } from '../../../src/core/or-throw.js';
import { liveNodes } from '../../../src/engine/compiler/graph/graph.js';
import type { Operation } from '../../../src/engine/compiler/graph/node.js';
import { traceGraph } from '../../../src/engine/compiler/trace/trace.js';
import { binaryOperator, reductionOperator, unaryOperator } from '../../../src/engine/tensorflow/operator-names.js';
import { compute, hostOf } from '../compiler/run-case.js';
import { kernelCases } from '../compiler/tfjs-kernel-cases/index.js';
import { expectSame, through } from '../engines.js';
import { type NodeEngines, nodeEngines } from './tfjs-node.js';

const others = [
  'Input',
  'Splat',
  'Data',
  'Select',
  'Cast',
  'Reshape',
  'Broadcast',
  'Transpose',
  'Slice',
  'Pad',
  'Concatenate',
  'Tile',
  'Reverse',
  'Gather',
  'ArgMaximum',
  'ArgMinimum',
  'CumulativeSum',
  'Softmax',
  'LogSoftmax',
  'MatMul',
  'Convolution',
  'TransposedConvolution',
  'MaximumPool',
  'MaximumPoolGradient',
  'TopValues',
  'TopPositions',
] as const satisfies readonly Operation['op'][];

let engines: NodeEngines;
beforeAll(async () => {
  engines = await nodeEngines();
});

test('the cases cover every operation of the graph', () => {
  const reached = Object.values(kernelCases)
    .flat()
    .flatMap((each) => liveNodes(orThrow(traceGraph(compute(each), { inputs: each.inputs.map(hostOf) }))))
    .map(({ operation }) => operation.op);
  const all = [...Object.keys(unaryOperator), ...Object.keys(binaryOperator), ...Object.keys(reductionOperator)];
  expect([...new Set(reached)].sort()).toEqual([...all, ...others].sort());
});

describe.each(Object.entries(kernelCases))('%s', (_, cases) => {
  test.each(cases.map((each, i) => [i, each] as const))(
    'case %i: TensorFlow computes what tfjs does',
    async (_, each) => {
      const args = { inputs: each.inputs.map(hostOf) };
      const expected = await through(engines.reference, compute(each), args);
      expectSame(await through(engines.compiled, compute(each), args), expected, { relative: 1e-5, absolute: 2e-6 });
    },
  );
});
