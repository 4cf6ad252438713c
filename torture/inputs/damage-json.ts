import type { Random } from '../random.js';

type Path = readonly (string | number)[];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The paths of a value and of all values in it. */
const pathsIn = (value: unknown, path: Path = []): readonly Path[] => [
  path,
  ...(Array.isArray(value)
    ? value.flatMap((item, i) => pathsIn(item, [...path, i]))
    : isObject(value)
      ? Object.entries(value).flatMap(([name, item]) => pathsIn(item, [...path, name]))
      : []),
];

const valueAt = (value: unknown, [step, ...rest]: Path): unknown => {
  if (step === undefined) return value;
  return valueAt(Array.isArray(value) ? value[Number(step)] : isObject(value) ? value[step] : undefined, rest);
};

/** The value with what is at a path replaced; undefined removes it. */
const replaceAt = (value: unknown, [step, ...rest]: Path, by: unknown): unknown => {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.flatMap((item, i) => {
      if (i !== step) return [item];
      const next = replaceAt(item, rest, by);
      return next === undefined ? [] : [next];
    });
  return isObject(value) ? { ...value, [step]: replaceAt(value[step], rest, by) } : value;
};

const numbers = [
  0,
  -1,
  0.5,
  2,
  63,
  1e4,
  65_537,
  1e6,
  1e7,
  1e9,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e21,
  1e308,
  -1e308,
] as const;
const texts = ['', 'x', '__proto__', 'constructor', '../../x', 'a\u0000b', '\ud800', 'é'.repeat(70_000)] as const;

/** Where text that `JSON.stringify` would not make is put in afterwards. */
const MARK = '@here@';

const strangeText = ({ pick }: Random): string => {
  const depth = pick([10, 1000, 8000, 100_000]);
  return pick([
    '['.repeat(depth) + ']'.repeat(depth),
    `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    '1e999',
    '-0',
    `1${'0'.repeat(400)}`,
    '{"kind":"vit","kind":"vit"}',
    '{"__proto__":{"kind":"vit"}}',
    'NaN',
    '[1,]',
  ]);
};

const otherValue = (old: unknown, random: Random): unknown => {
  if (typeof old === 'number' && random.chance(0.8)) return random.pick(numbers);
  return random.pick([
    null,
    true,
    undefined,
    {},
    [],
    MARK,
    random.pick(numbers),
    random.pick(texts),
    [old, old],
    { ...(isObject(old) ? old : {}), more: 1 },
    Array.from({ length: random.pick([3, 100, 5000]) }, () => old),
  ]);
};

/** Damages a JSON value, once or a few times, and returns its text: other values, deep nesting, giant numbers, strange names. */
export const damageJson = (value: unknown, random: Random): { readonly how: string; readonly text: string } => {
  let [damaged, how]: [unknown, string[]] = [value, []];
  for (let i = random.pick([1, 1, 1, 2, 3]); i > 0; i--) {
    const paths = pathsIn(damaged);
    // Half of the time a number, such as a size.
    const sizes = random.chance(0.5) ? paths.filter((one) => typeof valueAt(damaged, one) === 'number') : [];
    const chosen = sizes.length > 0 ? sizes : paths;
    const [path, other] = [chosen[random.below(chosen.length)] ?? [], paths[random.below(paths.length)] ?? []];
    const by = random.chance(0.1) ? valueAt(damaged, other) : otherValue(valueAt(damaged, path), random);
    damaged = replaceAt(damaged, path, by);
    how = [...how, `${path.join('.')} = ${(JSON.stringify(by) ?? 'nothing').slice(0, 40)}`];
  }
  const text = (JSON.stringify(damaged) ?? '').replaceAll(JSON.stringify(MARK), () => strangeText(random));
  return { how: how.join('; '), text };
};
