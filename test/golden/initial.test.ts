import { describe, expect, it } from 'vitest';
import type { ParameterSpec } from '../../src/core/declaration.js';
import { fold, key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, showPath } from '../../src/core/tree.js';
import { declareVit } from '../../src/models/vit/vit.js';
import { expectAgreement, largest } from './agreement.js';
import { fixture } from './fixture.js';
import { inSmall, presets } from './models.js';

const REPETITIONS = 60;

/** The limit or deviation in the name of an initializer; 0 if it draws nothing. */
const parameterOf = (name: string): number => Number(/^(?:uniform\(±|normal\()(.+)\)$/.exec(name)?.[1] ?? 0);

const drawn = ({ initializer, shape }: ParameterSpec, path: string): readonly number[] =>
  Array.from({ length: REPETITIONS }, (_, i) => [
    ...initializer.sample(fold(fold(key(20220107), path), i), shape).data,
  ]).flat();

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(['keras2', 'torch'] as const)('the initial values of the SL model of %s', (library) => {
  const { tensors, about, source } = fixture(`${library}-initial`);
  const leaves = entries<ParameterSpec>(orThrow(declareVit(inSmall(presets[library].sl, about('config')))).params).map(
    ([path, spec]) => [showPath(path), spec] as const,
  );

  it('have the same leaves, limits and deviations', () => {
    expect(leaves.map(([path]) => path).sort()).toEqual(Object.keys(tensors).sort());
    expectAgreement(
      { what: 'limits and deviations of initializers', against: source, tolerance: 1e-7 },
      leaves.map(([path, spec]) => [
        path,
        { shape: [1], data: [parameterOf(spec.initializer.name)] },
        { shape: [1], data: [tensors[path]!.data[4]!] },
      ]),
    );
  });

  it.each(leaves)('%s: mean, variance and bounds', (path, spec) => {
    const [centre, variance, smallest, greatest, limit] = [...tensors[path]!.data] as [
      number,
      number,
      number,
      number,
      number,
    ];
    const values = drawn(spec, path);
    const ourMean = mean(values);
    const ourVariance = mean(values.map((value) => (value - ourMean) ** 2));
    if (variance === 0) {
      expect(new Set(values)).toEqual(new Set([Math.fround(centre)]));
      return;
    }
    // Five standard errors of the difference of two samples; the fourth moment is at most the normal distribution's, 3.
    expect(Math.abs(ourMean - centre)).toBeLessThan(5 * Math.sqrt((2 * variance) / values.length));
    expect(Math.abs(ourVariance / variance - 1)).toBeLessThan(5 * Math.sqrt(4 / values.length));
    if (library === 'keras2') {
      expect(Math.max(largest(values), -smallest, greatest)).toBeLessThanOrEqual(limit);
    }
  });
});
