/**
 * A law is a value: a name, and a property for any runner of tests.
 *
 * @module
 */
import fc from 'fast-check';
import { callerOf } from '../engine/internal/caller.js';
import { messageOf } from '../engine/internal/refusal.js';

/** Parameters of `fc.check`, such as `numRuns`, `seed` and `path`. */
export type Parameters = fc.Parameters<unknown>;

/**
 * What is demanded of a layer, an optimizer or another part, for all cases.
 *
 * @example
 * const input = shape(['batch', 'feature'], [2, 6]);
 * for (const law of layerLaws({ layer: linear(4), input })) await law.check();
 */
export interface Law {
  /** A short sentence, such as 'evaluation draws nothing'. */
  readonly name: string;
  /** The property, for `fc.assert` and for runners that take properties. */
  readonly property: fc.IAsyncProperty<unknown>;
  /**
   * Checks the law on some cases. Rejects with an `Error` if one breaks it; the message says which law, on what case, what is wrong, where
   * to look and how to try the same case again.
   */
  readonly check: (parameters?: Parameters) => Promise<void>;
}

/** What is wrong with a case, as a sentence; `undefined` if nothing is. */
export type Problem = string | undefined;

interface LawOptions<T> {
  readonly name: string;
  readonly cases: fc.Arbitrary<T>;
  readonly problemOf: (given: T) => Problem | Promise<Problem>;
  /** Where to look if the law is broken. */
  readonly lookAt: string;
  /** How many cases `check` tries, unless its parameters or `fc.configureGlobal` say so. */
  readonly runs: number;
}

/** Throws the problem of a case and where to look. Whatever is thrown on the way is a problem, of the line that threw. */
const throwProblem = async <T>({ problemOf, lookAt }: LawOptions<T>, given: T): Promise<void> => {
  const fail = (problem: string, place: string): never => {
    throw new Error(`${problem}\n  look at:        ${place}`);
  };
  const found = await Promise.resolve(given)
    .then(problemOf)
    .catch((thrown: unknown) => {
      if (fc.PreconditionFailure.isFailure(thrown)) throw thrown;
      return fail(`threw: ${messageOf(thrown)}`, (thrown instanceof Error ? callerOf(thrown) : undefined) ?? lookAt);
    });
  if (found !== undefined) fail(found, lookAt);
};

/** Makes a law. A case that breaks it throws an error that names the problem and where to look. */
export const makeLaw = <T>(options: LawOptions<T>): Law => {
  const { name, cases, runs } = options;
  const property = fc.asyncProperty(cases, (given) => throwProblem(options, given));
  const check = async (parameters: Parameters = {}): Promise<void> => {
    const { seed, counterexample, counterexamplePath, errorInstance, failed } = await fc.check<unknown>(property, {
      numRuns: fc.readConfigureGlobal().numRuns ?? runs,
      ...parameters,
    });
    if (!failed) return;
    const again = JSON.stringify({ seed, path: counterexamplePath ?? undefined }).replaceAll('"', "'");
    throw new Error(
      [
        `the law '${name}' does not hold`,
        `  counterexample: ${counterexample === null ? 'none: too few cases fit' : fc.stringify(counterexample).slice(1, -1)}`,
        `  problem:        ${messageOf(errorInstance)}`,
        `  once more:      law.check(${again})`,
      ].join('\n'),
    );
  };
  return { name, property, check };
};
