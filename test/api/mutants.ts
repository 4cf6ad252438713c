/**
 * Wrong arguments, made from right ones: each mutant differs from the right arguments in one place.
 *
 * @module
 */
import type { RowOptions } from './row.js';

export interface Mutant {
  /** `argument 0.shape.1: 4 → NaN` */
  readonly change: string;
  readonly args: unknown;
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

type Numbers = Float32Array | Int32Array | Uint8Array;
const isNumbers = (value: unknown): value is Numbers =>
  value instanceof Float32Array || value instanceof Int32Array || value instanceof Uint8Array;

/** Beyond what an array can hold. A function that makes as many values as it is asked for gets no giants. */
const giants = [2 ** 31 + 1, 2 ** 53, 1e300, Number.POSITIVE_INFINITY];
const badNumbers = [Number.NaN, Number.NEGATIVE_INFINITY, -1, -0, 0, 0.5, 1.5, 1];
const badStrings = ['', '__proto__', 'constructor', 'a/b', '../..', '\0', 'float32', 'int32', 'bool'];

const withData = (numbers: Numbers, values: ArrayLike<number>): Numbers =>
  numbers instanceof Float32Array
    ? Float32Array.from(values)
    : numbers instanceof Int32Array
      ? Int32Array.from(values)
      : Uint8Array.from(values);

const replaced = (numbers: Numbers, at: number, value: number): Numbers => {
  const copy = numbers.slice();
  copy[at] = value;
  return copy;
};

const badArrays = (array: readonly unknown[]): readonly unknown[] => [
  [],
  array.slice(0, -1),
  [...array, ...array.slice(-1)],
  array.toReversed(),
];

const wrongNumbers = (numbers: Numbers): readonly Numbers[] => [
  withData(numbers, []),
  withData(numbers, [...numbers].slice(0, -1)),
  withData(numbers, [...numbers, 0]),
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1, 255, 2 ** 31].map((bad) => replaced(numbers, 0, bad)),
];

/** What may stand in the place of a value. */
const alternatives = (value: unknown, allowGiants: boolean): readonly unknown[] => {
  if (typeof value === 'number')
    return [...badNumbers, value + 1, ...(allowGiants ? giants : [])].filter((bad) => !Object.is(bad, value));
  if (typeof value === 'string') return badStrings.filter((bad) => bad !== value);
  if (typeof value === 'boolean') return [!value];
  if (isNumbers(value)) return wrongNumbers(value);
  if (Array.isArray(value)) return badArrays(value);
  return [];
};

const show = (value: unknown): string => {
  const text = isNumbers(value)
    ? `${value.constructor.name} [${[...value].slice(0, 8)}]`
    : typeof value === 'number'
      ? String(value)
      : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

/** Every value in a tree of arguments, with what puts another in its place. Functions and instances of classes are left alone. */
const places = (
  value: unknown,
  path: readonly string[] = [],
): readonly {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly put: (other: unknown) => unknown;
}[] => {
  const self = { path, value, put: (other: unknown) => other };
  if (Array.isArray(value)) {
    // The first and the last of a long list stand for all.
    const positions = [...new Set([0, 1, value.length - 1])].filter((i) => i >= 0 && i < value.length);
    return [
      self,
      ...positions.flatMap((i) =>
        places(value[i], [...path, String(i)]).map(({ put, ...place }) => ({
          ...place,
          put: (other: unknown) => value.with(i, put(other)),
        })),
      ),
    ];
  }
  if (!isPlain(value)) return [self];
  return Object.entries(value).flatMap(([name, child]) =>
    places(child, [...path, name]).map(({ put, ...place }) => ({
      ...place,
      put: (other: unknown) => ({ ...value, [name]: put(other) }),
    })),
  );
};

/** All mutants of a list of arguments; those at a path that `fixed` matches are left out. */
export const mutantsOf = (
  args: readonly unknown[],
  { allowGiants = true, fixed, most = Number.POSITIVE_INFINITY }: RowOptions = {},
): readonly Mutant[] => {
  const all = args.flatMap((argument, i) =>
    places(argument, [String(i)])
      .filter(({ path }) => fixed?.test(path.join('.')) !== true)
      .flatMap(({ path, value, put }) =>
        alternatives(value, allowGiants).map((other) => ({
          change: `argument ${path.join('.')}: ${show(value)} → ${show(other)}`,
          args: args.with(i, put(other)),
        })),
      ),
  );
  const step = Math.max(1, all.length / most);
  return all.filter((_, i) => Math.floor((i + 1) / step) > Math.floor(i / step));
};
