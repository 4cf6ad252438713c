/** Every layer and combinator compared with its reference in double precision: values, and gradients by finite differences. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { evaluation } from '../../src/core/context.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { entries, leaves, map, showPath } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { bits, build, expectClose, noise, tensorOf } from '../core/harness.js';
import { flat, nested, sum } from '../layers/oracle.js';
import { layerTable } from '../support/layer-table.js';

/** A tensor in double precision. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** At most this many elements of a leaf are varied, evenly spread. */
const MOST = 20;
/** The step of a central difference in double precision: its error and rounding are below 1e-8. */
const STEP = 1e-4;

describe.each(layerTable)('%s', (_, layer, input, reference) => {
  const { hosts, params, declaration } = build(layer, input);
  const given = noise(11, input.sizes);
  const weights = noise(12, declaration.output.sizes).data;
  const double = map<HostTensor, Numbers>(({ shape, data }) => ({ shape, data: Array.from(data) }))({
    params: hosts,
    x: given,
  });
  const meant = (all: unknown): readonly number[] => {
    const { params: p, x } = map<Numbers, unknown>((leaf) => nested(leaf as unknown as HostTensor))(all) as {
      readonly params: unknown;
      readonly x: unknown;
    };
    return flat(reference(p as never, x as never));
  };

  test('computes the same as its reference', () => {
    expectClose(bits(layer.apply(params, tensorOf(given), evaluation)), meant(double), 1e-5);
  });

  test('has the gradients of its reference, to the precision of float32', () => {
    const { gradients } = valueAndGrad((all: { readonly params: unknown; readonly x: tf.Tensor }) => ({
      loss: tf.sum(
        tf.mul(
          layer.apply(all.params as never, all.x, evaluation),
          tf.reshape(tf.tensor(weights), declaration.output.sizes as number[]),
        ),
      ),
      aux: {},
    }))({ params, x: tensorOf(given) });
    const got = leaves<tf.Tensor>(gradients).map(bits);
    const loss = (all: unknown): number => sum(meant(all).map((value, i) => value * weights[i]!));
    entries<Numbers>(double).forEach(([path, { data }], leaf) => {
      const stride = Math.ceil(data.length / MOST);
      const elements = data.flatMap((__, i) => (i % stride === 0 ? [i] : []));
      const at = (element: number, offset: number): number => {
        let seen = 0;
        return loss(
          map<Numbers, Numbers>((tensor) =>
            seen++ === leaf
              ? { ...tensor, data: tensor.data.map((value, i) => (i === element ? value + offset : value)) }
              : tensor,
          )(double),
        );
      };
      const slopes = elements.map((element) => (at(element, STEP) - at(element, -STEP)) / (2 * STEP));
      const largest = Math.max(...got[leaf]!.map(Math.abs));
      elements.forEach((element, i) => {
        // The gradient of a key's bias is zero except for rounding, hence the absolute tolerance.
        expect(Math.abs(got[leaf]![element]! - slopes[i]!), `${showPath(path)}[${element}]`).toBeLessThan(
          5e-6 * largest + 1e-6,
        );
      });
    });
  });
});
