/**
 * A weight map says how the tensors of another library's model become those of ours, and back.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { flow } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../core/config.js';
import { type Failure, type ShapeError, shapeError } from '../core/errors.js';
import * as host from '../core/host-operations.js';
import type { HostTensor } from '../core/host-tensor.js';
import { listed } from '../core/listed.js';

/** Tensors by name: ours by path, `blocks/0/norm/scale`. */
export type NamedTensors = Readonly<Record<string, HostTensor>>;

/** Tensors that are not those of the configured model. The shapes of the results are left to `restore`. */
export interface WeightsError extends Failure<'WeightsError'> {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** Tensors that cannot be converted, as messages. */
  readonly misshapen: readonly string[];
}

/** One tensor of theirs that becomes one or several of ours. */
export interface WeightRule {
  readonly theirs: string;
  readonly ours: readonly string[];
  readonly read: (theirs: HostTensor) => E.Either<ShapeError, readonly HostTensor[]>;
  readonly write: (ours: readonly HostTensor[]) => E.Either<ShapeError, HostTensor>;
}

type Conversion = (tensor: HostTensor) => E.Either<ShapeError, HostTensor>;

/** A tensor of theirs that is one of ours in another layout. */
export const converted = (theirs: string, ours: string, read: Conversion, write: Conversion): WeightRule => ({
  theirs,
  ours: [ours],
  read: flow(
    read,
    E.map((tensor) => [tensor]),
  ),
  write: flow(
    E.traverseArray(write),
    E.chain(([tensor]) => (tensor === undefined ? E.left(shapeError('one tensor', 'none')) : E.right(tensor))),
  ),
});

/** The same numbers in row-major order under another shape; a tensor of theirs of another shape, even of the same size, is refused. */
export const reshaped = (
  theirs: string,
  ours: string,
  ourShape: readonly number[],
  theirShape: readonly number[],
): WeightRule =>
  converted(
    theirs,
    ours,
    (tensor) =>
      String(tensor.shape) === String(theirShape)
        ? host.reshape(ourShape)(tensor)
        : E.left(shapeError(`[${theirShape.join(', ')}]`, `[${tensor.shape.join(', ')}]`)),
    host.reshape(theirShape),
  );

/** The same name for the same numbers. */
export const same = (theirs: string, ours: string): WeightRule => converted(theirs, ours, E.right, E.right);

/** Applies conversions to named tensors; names all that are missing, left over or of a wrong shape. */
const convert = (
  given: NamedTensors,
  rules: readonly {
    readonly from: readonly string[];
    readonly to: readonly string[];
    readonly apply: (tensors: readonly HostTensor[]) => E.Either<ShapeError, readonly HostTensor[]>;
  }[],
): E.Either<WeightsError, NamedTensors> => {
  const tensors = new Map(Object.entries(given));
  const expected = new Set(rules.flatMap(({ from }) => from));
  const missing = [...expected].filter((name) => !tensors.has(name));
  const extra = [...tensors.keys()].filter((name) => !expected.has(name));
  const misshapen: string[] = [];
  const results: (readonly [string, HostTensor])[] = [];
  for (const { from, to, apply } of rules) {
    const inputs = from.flatMap((name) => tensors.get(name) ?? []);
    if (inputs.length < from.length) continue;
    const outputs = apply(inputs);
    if (E.isLeft(outputs)) misshapen.push(`${from.join(', ')} (${outputs.left.message})`);
    else for (const [i, tensor] of outputs.right.entries()) results.push([to[i] ?? '', tensor]);
  }
  if (missing.length + extra.length + misshapen.length === 0) return E.right(Object.fromEntries(results));
  const parts = [
    ...listed('missing', missing),
    ...listed('not in the model', extra),
    ...listed('of another shape', misshapen),
  ];
  return E.left({ _tag: 'WeightsError', missing, extra, misshapen, message: parts.join('; ') });
};

/** Their tensors as ours. */
export const readWeights = (rules: readonly WeightRule[], theirs: NamedTensors): E.Either<WeightsError, NamedTensors> =>
  convert(
    theirs,
    rules.map((rule) => ({
      from: [rule.theirs],
      to: rule.ours,
      apply: flow(
        E.traverseArray(rule.read),
        E.map((tensors) => tensors.flat()),
      ),
    })),
  );

/** Our tensors as theirs. */
export const writeWeights = (rules: readonly WeightRule[], ours: NamedTensors): E.Either<WeightsError, NamedTensors> =>
  convert(
    ours,
    rules.map((rule) => ({
      from: rule.ours,
      to: [rule.theirs],
      apply: flow(
        rule.write,
        E.map((tensor) => [tensor]),
      ),
    })),
  );

/** Settings that a library's model always has: by field, what is required and what the configuration has. */
export const requireSettings = (
  settings: Readonly<Record<string, readonly [required: unknown, configured: unknown]>>,
): E.Either<ConfigError, void> => {
  const [first, ...others] = Object.entries(settings).flatMap(([field, values]) => {
    const [expected, actual] = values.map((value) => JSON.stringify(value));
    return expected === actual ? [] : [{ field, problem: `expected ${expected} for these weights, got ${actual}` }];
  });
  return first === undefined ? E.right(undefined) : E.left(configError(first.field, first.problem, others));
};
