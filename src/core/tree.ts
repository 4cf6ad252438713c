/**
 * Trees of parameters: plain, deeply readonly records and arrays, with tensors (or their declarations, or their host
 * copies) at the leaves. No Map, no class and no function is ever inside one.
 *
 * Laws: `map(identity) = identity`, `map(g . f) = map(g) . map(f)`, `unflatten(tree)(leaves(tree)) = tree`,
 * `leaves(map(f)(tree)) = leaves(tree).map(f)`.
 *
 * @module
 */

/** The names on the way to a leaf, outermost first. Array positions are decimal numbers. */
export type Path = readonly string[];

/** What sits at the end of a branch: anything that has a shape, or a plain number, string or boolean. */
export type Leaf = { readonly shape: readonly number[] } | number | string | boolean;

/** The tree `T` with every leaf replaced by an `X`. */
export type MapTree<T, X> = T extends Leaf ? X : { readonly [K in keyof T]: MapTree<T[K], X> };

// A layer may be called 'shape': only a list of sizes makes a leaf.
const isSizes = (shape: unknown): boolean => Array.isArray(shape) && shape.every((size) => typeof size === 'number');

const isLeaf = (node: unknown): boolean =>
  typeof node !== 'object' || node === null || isSizes((node as { shape?: unknown }).shape);

type Node = { readonly [name: string]: unknown };

const walk = (node: unknown, path: Path, visit: (leaf: unknown, path: Path) => unknown): unknown => {
  if (isLeaf(node)) return visit(node, path);
  if (Array.isArray(node)) return node.map((child, i) => walk(child, [...path, String(i)], visit));
  return Object.fromEntries(
    Object.entries(node as Node).map(([name, child]) => [name, walk(child, [...path, name], visit)]),
  );
};

/** Applies `f` to every leaf, in the order of declaration; the structure stays. */
export const map =
  <A, B>(f: (leaf: A, path: Path) => B) =>
  <T>(tree: T): MapTree<T, B> =>
    walk(tree, [], f as (leaf: unknown, path: Path) => unknown) as MapTree<T, B>;

/** The leaves, in the order of declaration. */
export const leaves = <A>(tree: unknown): readonly A[] => {
  const found: A[] = [];
  walk(tree, [], (leaf) => found.push(leaf as A));
  return found;
};

/** The leaves with their paths: `[[['blocks', '0', 'norm', 'scale'], leaf], …]`. */
export const entries = <A>(tree: unknown): readonly (readonly [Path, A])[] => {
  const found: (readonly [Path, A])[] = [];
  walk(tree, [], (leaf, path) => found.push([path, leaf as A]));
  return found;
};

/** The structure of `tree` with the given leaves, which must be as many. */
export const unflatten =
  <T>(tree: T) =>
  <B>(replacements: readonly B[]): MapTree<T, B> => {
    let next = 0;
    return map<unknown, B>(() => replacements[next++] as B)(tree);
  };

/** Combines trees of the same structure leaf by leaf. */
export const zipWith =
  <A, B, C>(f: (a: A, b: B, path: Path) => C) =>
  <T>(first: T, second: unknown): MapTree<T, C> => {
    const others = leaves<B>(second);
    let next = 0;
    return map<A, C>((a, path) => f(a, others[next++] as B, path))(first);
  };

/** A path as people write it: `blocks/0/norm/scale`. */
export const showPath = (path: Path): string => path.join('/');
