/** Whatever the compiler knows can be exported: each kernel, with its gradient, gives the same numbers from the file. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { HostTensor } from '../../../src/core/host-tensor.js';
import { leaves } from '../../../src/core/tree.js';
import type { Engine } from '../../../src/engine/engine.js';
import { exportFunction } from '../../../src/engine/index.js';
import { right } from '../../data/fixtures.js';
import { compute, hostOf } from '../compiler/run-case.js';
import { kernelCases } from '../compiler/tfjs-kernel-cases/index.js';
import { engines, expectSame, through } from '../engines.js';
import { runOnnx } from './run-onnx.js';

let reference: Engine;
beforeAll(async () => {
  ({ reference } = await engines());
});

describe.each(Object.entries(kernelCases))('%s', (_, cases) => {
  test.each(cases.map((each, i) => [i, each] as const))('case %i', async (_, each) => {
    const hosts = each.inputs.map(hostOf);
    const names = hosts.map((_, i) => `x${i}`);
    const inputs = Object.fromEntries(
      hosts.map(({ shape, dtype }, i) => [`x${i}`, { axes: shape.map(String), sizes: shape, type: dtype }]),
    );
    const f = (_: unknown, given: Readonly<Record<string, unknown>>) =>
      compute(each)({ inputs: names.map((name) => given[name] as never) });
    const model = right(exportFunction(f, {}, { inputs }));
    const given = Object.fromEntries(hosts.map((host, i) => [`x${i}`, host]));
    const expected = await through(reference, compute(each), { inputs: hosts });
    const actual = await runOnnx(model, given);
    expect(actual.length).toBe(leaves<HostTensor>(expected).length);
    expectSame(actual, leaves<HostTensor>(expected), { relative: 1e-5, absolute: 2e-6 });
  });
});
