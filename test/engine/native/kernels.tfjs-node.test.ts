import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { compute, hostOf } from '../compiler/run-case.js';
import { kernelCases } from '../compiler/tfjs-kernel-cases/index.js';
import { expectSame, right, through } from '../engines.js';
import { engineTable } from './engine-table.js';

// Where tfjs-node 4.22 differs, by kernel and case. docs/engines.md lists it.
const noBooleans = /Value for attr 'T' of bool is not in the list of allowed values/;
const deviations: Readonly<Record<string, RegExp>> = {
  'Greater 3': noBooleans,
  'GreaterEqual 3': noBooleans,
  'Less 3': noBooleans,
  'LessEqual 3': noBooleans,
  'Multiply 3': noBooleans,
  // The kernel itself. tf.logSoftmax is composed of others and works.
  'LogSoftmax 1': /no kernel LogSoftmax/,
  'Conv2D 13': /Invalid TF_Status/,
  ...Object.fromEntries(
    [
      'Conv2D 4',
      'Conv2D 5',
      'Conv2D 6',
      'Conv2D 10',
      'Conv2DBackpropInput 4',
      'Conv2DBackpropInput 5',
      'Conv2DBackpropInput 8',
      'Conv2DBackpropFilter 4',
      'Conv2DBackpropFilter 5',
      'Conv2DBackpropFilter 8',
      'DepthwiseConv2dNative 2',
      'DepthwiseConv2dNative 6',
      'DepthwiseConv2dNativeBackpropInput 2',
      'DepthwiseConv2dNativeBackpropInput 5',
      'DepthwiseConv2dNativeBackpropFilter 2',
      'DepthwiseConv2dNativeBackpropFilter 5',
      'MaxPool 2',
      'MaxPoolGrad 2',
      'AvgPool 3',
      'AvgPoolGrad 3',
    ].map((each) => [each, /supports only 'valid' and 'same' padding/]),
  ),
  'FloorDiv 1': /dtype: 'float32' } to deeply equal .*dtype: 'int32'/,
};

let reference: Engine;
let native: Engine;
beforeAll(async () => {
  [reference, native] = (await Promise.all(engineTable.slice(0, 2).map(([, make]) => right(make)))) as [Engine, Engine];
});

describe.each(Object.entries(kernelCases))('%s', (name, cases) => {
  test.each(cases.map((each, i) => [i, each] as const))('case %i on tfjs-node', async (i, each) => {
    const args = { inputs: each.inputs.map(hostOf) };
    const compare = async () => {
      const expected = await through(reference, compute(each), args);
      expectSame(await through(native, compute(each), args), expected, { relative: 1e-5, absolute: 2e-6 });
    };
    const deviation = deviations[`${name} ${i}`];
    await (deviation === undefined ? compare() : expect(compare()).rejects.toThrow(deviation));
  });
});
