import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  entries,
  filter,
  leaves,
  type Mask,
  map,
  overlay,
  paths,
  showPath,
  unflatten,
  zipWith,
} from '../../src/core/tree.js';
import { forAll } from './harness.js';

type AnyTree = unknown;

const leaf = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.record({ shape: fc.array(fc.nat(9), { maxLength: 3 }), id: fc.nat() }),
);
const name = fc.constantFrom(
  'norm',
  'blocks',
  'scale',
  'a',
  'b',
  '7',
  'shape of it',
  'é',
  '',
  'a/b',
  '~',
  '~1',
  '__proto__',
  'constructor',
);

const { tree } = fc.letrec<{ tree: AnyTree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.dictionary(name, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('tree'), { maxLength: 3 }),
  ),
}));

/** Follows a path by hand. */
const at = (node: AnyTree, path: readonly string[]): AnyTree =>
  path.reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>>)[step], node);

const g = (x: unknown): unknown => ({ shape: [1], of: x });
const f = (x: unknown): unknown => JSON.stringify(x).length;

const frozen = (node: AnyTree): AnyTree => {
  if (typeof node === 'object' && node !== null) {
    Object.values(node).forEach(frozen);
    Object.freeze(node);
  }
  return node;
};

describe('trees', () => {
  test('map(identity) = identity', () => {
    forAll([tree], (t) => expect(map((x) => x)(t)).toEqual(t));
  });

  test('map(f ∘ g) = map(f) ∘ map(g)', () => {
    forAll([tree], (t) => expect(map((x) => f(g(x)))(t)).toEqual(map(f)(map(g)(t))));
  });

  test('unflatten(tree)(leaves(tree)) = tree', () => {
    forAll([tree], (t) => expect(unflatten(t)(leaves(t))).toEqual(t));
  });

  test('leaves(map(f)(tree)) = leaves(tree).map(f), and unflatten puts them back', () => {
    forAll([tree], (t) => {
      expect(leaves(map(f)(t))).toEqual(leaves(t).map(f));
      expect(unflatten(t)(leaves(t).map(g))).toEqual(map(g)(t));
    });
  });

  test('entries are the leaves with their paths, and every function reports the same paths', () => {
    forAll([tree], (t) => {
      const found = entries(t);
      expect(found.map(([, x]) => x)).toEqual(leaves(t));
      for (const [path, x] of found) expect(at(t, path)).toBe(x);
      const reported: unknown[] = [];
      map((_, path) => reported.push(path))(t);
      expect(reported).toEqual(found.map(([path]) => path));
      expect(new Set(reported.map((path) => JSON.stringify(path))).size).toBe(reported.length);
    });
  });

  test('zipWith(h)(t, map(g)(t)) = map(x => h(x, g(x)))(t)', () => {
    forAll([tree], (t) =>
      expect(zipWith((a, b, path) => [a, b, path])(t, map(g)(t))).toEqual(map((x, path) => [x, g(x), path])(t)),
    );
  });

  /** Some of the leaves, chosen by a hash of their paths. */
  const someOf =
    (seed: number): Mask =>
    (path) =>
      [...JSON.stringify([seed, path])].reduce((sum, char) => (31 * sum + char.charCodeAt(0)) % 1009, 7) % 2 === 0;

  test('filter leaves out what is not meant; the others keep their paths', () => {
    forAll([tree, fc.nat()], (t, seed) => {
      const mask = someOf(seed);
      const kept = entries(t).filter(([path]) => mask(path));
      expect(entries(filter(mask)(t))).toEqual(kept);
      expect(paths(filter(mask)(t))).toEqual(kept.map(([path]) => path));
    });
  });

  test('overlay puts leaves back to where filter took them from', () => {
    forAll([tree, fc.nat()], (t, seed) => {
      const mask = someOf(seed);
      expect(overlay(mask)(t, filter(mask)(t))).toEqual(t);
      const changed = map((x) => ({ shape: [1], of: x }))(filter(mask)(t));
      const whole = overlay(mask)(t, changed);
      expect(filter(mask)(whole)).toEqual(changed);
      expect(filter((path) => !mask(path))(whole)).toEqual(filter((path) => !mask(path))(t));
    });
  });

  test('does not change its arguments', () => {
    forAll([tree], (t) => {
      const given = frozen(t);
      expect(() => zipWith(g)(given, map(g)(given))).not.toThrow();
      expect(() => unflatten(given)(leaves(given))).not.toThrow();
    });
  });

  test('a branch may have any name, including "shape"', () => {
    const t = { shape: [{ weight: { shape: [2], id: 1 } }, { weight: { shape: [3], id: 2 } }] };
    expect(entries(t).map(([path]) => path.join('/'))).toEqual(['shape/0/weight', 'shape/1/weight']);
  });

  test('no two paths are written alike, and those of ordinary names are the names joined by /', () => {
    const path = fc.array(fc.oneof(fc.constantFrom('a', 'b', '/', '~', '~1', '~0', '', 'a/b', '0'), fc.string()), {
      minLength: 1,
      maxLength: 4,
    });
    forAll(
      [path, path],
      (first, second) => {
        expect(showPath(first) === showPath(second)).toBe(JSON.stringify(first) === JSON.stringify(second));
      },
      2000,
    );
    expect(showPath(['a/b'])).not.toBe(showPath(['a', 'b']));
    expect(showPath(['~1'])).not.toBe(showPath(['/']));
    expect(showPath(['blocks', '0', 'norm', 'scale'])).toBe('blocks/0/norm/scale');
  });

  test('the paths of a tree are different, and written differently', () => {
    forAll([tree], (any) => {
      const paths = entries(any).map(([path]) => showPath(path));
      expect(new Set(paths).size).toBe(paths.length);
    });
  });
});
