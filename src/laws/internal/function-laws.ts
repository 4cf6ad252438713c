/**
 * The laws of every pure function of tensors: the update of an optimizer, the measure of a metric, a schedule.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import { key } from '../../core/key.js';
import { map } from '../../core/tree.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { doubleTensor, inDoublePrecision } from './double-precision.js';
import { disagreement, type EngineOptions, usualEngines } from './engines.js';
import { leftBehind } from './memory.js';
import { allNumbers, differingBits, differingNumber, numbersOf, onCpu, tensorOf, treeOf } from './tensors.js';

/** Rounding of a few operations in float32. */
const TOLERANCE = 1e-5;

/** A function of a tree of tensors, and host tensors for it. */
interface Applied<A> {
  readonly f: (args: A) => unknown;
  readonly hosts: unknown;
}

interface FunctionLaws<T, A> extends EngineOptions {
  /** What the function is called in messages: 'update'. */
  readonly what: string;
  readonly cases: fc.Arbitrary<T>;
  readonly appliedOf: (given: T) => Applied<A> | Promise<Applied<A>>;
}

/** The arguments as tensors. */
const argumentsOf = <A>({ hosts }: Applied<A>): A => treeOf<A>(tensorOf, hosts);

const repeatProblem = <A>(applied: Applied<A>): Problem => {
  const once = () => applied.f(argumentsOf(applied));
  const different = differingBits(once(), once());
  return different && `the second time is another than the first: ${different}`;
};

const argumentsProblem = <A>(what: string, applied: Applied<A>): Problem => {
  const given = argumentsOf(applied);
  const before = allNumbers(given);
  applied.f(given);
  // A disposed tensor has no numbers to read.
  const after = allNumbers(given);
  return before.some((numbers, i) => differingNumber(after[i] ?? [], numbers) !== undefined)
    ? `${what} changes the numbers of an argument`
    : undefined;
};

const inDouble = <A>({ f, hosts }: Applied<A>): unknown =>
  map<Tensor, unknown>((leaf) => ({ shape: leaf.shape, dtype: leaf.dtype, data: numbersOf(leaf) }))(
    f(treeOf<A>(doubleTensor, hosts)),
  );

/** Pure, sparing with memory, and the same on every engine. */
export const functionLaws = <T extends { readonly seed: number }, A>({
  what,
  cases,
  appliedOf,
  engines = usualEngines,
}: FunctionLaws<T, A>): readonly Law[] => {
  const law = (
    name: string,
    lookAt: string,
    problemOf: (applied: Applied<A>, seed: number) => Problem | Promise<Problem>,
  ): Law =>
    makeLaw({
      name,
      cases,
      problemOf: async (given) => problemOf(await appliedOf(given), given.seed),
      lookAt,
      runs: 2,
    });
  return [
    law(
      'the same arguments give the same bits',
      `random numbers, and state outside of the arguments, in ${what}`,
      (applied) => onCpu(() => repeatProblem(applied)),
    ),
    law(`${what} leaves its arguments as they are`, `dispose, dataSync and writes to arrays in ${what}`, (applied) =>
      onCpu(() => argumentsProblem(what, applied)),
    ),
    law(
      'no tensor is left, also after a throw',
      `keep and variable in ${what}: tfjs frees every other tensor`,
      (applied, seed) =>
        onCpu(() => {
          const given = argumentsOf(applied);
          return leftBehind(what, seed, () => applied.f(given));
        }),
    ),
    law(
      'eager and jit agree, and with double precision',
      `tensors made outside of ${what}, reads of numbers in it, and differences of nearly equal numbers`,
      async (applied) => {
        const expected = await onCpu(() => inDoublePrecision(() => inDouble(applied)));
        return disagreement(engines, { ...applied, key: key(0) }, TOLERANCE, expected);
      },
    ),
  ];
};
