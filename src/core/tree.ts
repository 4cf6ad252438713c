/**
 * Trees of parameters: plain, deeply readonly records and arrays, with tensors (or their declarations, or their host
 * copies) at the leaves. They contain no Map, class instance or function.
 *
 * Laws: `map(identity) = identity`, `map(g . f) = map(g) . map(f)`, `unflatten(tree)(leaves(tree)) = tree`,
 * `leaves(map(f)(tree)) = leaves(tree).map(f)`.
 *
 * @module
 */

/** The names from the root to a leaf, outermost first. Array positions are decimal numbers. */
export type Path = readonly string[];

/** Which leaves are meant, by path: `(path) => path.at(-1) === 'weight'`. */
export type Mask = (path: Path) => boolean;

/** The end of a branch: anything that has a shape, or a plain number, string or boolean. */
export type Leaf = { readonly shape: readonly number[] } | number | string | boolean;

/** The tree `T` with every leaf replaced by an `X`. */
export type MapTree<T, X> = T extends Leaf ? X : { readonly [K in keyof T]: MapTree<T[K], X> };

// A layer may be called 'shape': only a list of sizes makes a leaf.
const isSizes = (shape: unknown): boolean => Array.isArray(shape) && shape.every((size) => typeof size === 'number');

const isBranch = (node: unknown): node is object =>
  typeof node === 'object' && node !== null && !('shape' in node && isSizes(node.shape));

const walk = (node: unknown, path: Path, visit: (leaf: unknown, path: Path) => unknown): unknown => {
  if (!isBranch(node)) return visit(node, path);
  if (Array.isArray(node)) return node.map((child, i) => walk(child, [...path, String(i)], visit));
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, walk(child, [...path, name], visit)]));
};

/**
 * Applies `f` to every leaf, in the order of declaration; the structure stays the same.
 *
 * @example
 * const shapes = tree.map((leaf: ParameterSpec) => leaf.shape.join(' × '))(declaration.params);
 */
export const map =
  <A, B>(f: (leaf: A, path: Path) => B) =>
  <T>(tree: T): MapTree<T, B> =>
    walk(tree, [], f as (leaf: unknown, path: Path) => unknown) as MapTree<T, B>;

/** Applies `f` to every leaf, where the new leaves have the type of the old ones. */
export const mapSame =
  <A>(f: (leaf: A, path: Path) => A) =>
  <T>(tree: T): T =>
    map<A, A>(f)(tree) as T;

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

/** The structure of `tree` with the given leaves, in the order of declaration; their number must be the same. */
export const unflatten =
  <T>(tree: T) =>
  <B>(replacements: readonly B[]): MapTree<T, B> => {
    let next = 0;
    return map<unknown, B>(() => replacements[next++] as B)(tree);
  };

/** The same tree with other leaves of the same types. */
export const unflattenSame =
  <T>(tree: T) =>
  (replacements: readonly unknown[]): T =>
    unflatten(tree)(replacements) as T;

/** Combines trees of the same structure leaf by leaf. */
export const zipWith =
  <A, B, C>(f: (a: A, b: B, path: Path) => C) =>
  <T>(first: T, second: unknown): MapTree<T, C> => {
    const others = leaves<B>(second);
    let next = 0;
    return map<A, C>((a, path) => f(a, others[next++] as B, path))(first);
  };

/** Combines trees of the same structure leaf by leaf, where the new leaves have the type of the first tree's. */
export const zipSame =
  <A, B>(f: (a: A, b: B, path: Path) => A) =>
  <T>(first: T, second: unknown): T =>
    zipWith<A, B, A>(f)(first, second) as T;

/**
 * The tree without the leaves that are not meant. An empty record stands where one was, so that the positions in arrays and the paths of the
 * others stay.
 *
 * Law: `entries(filter(mask)(tree)) = entries(tree).filter(([path]) => mask(path))`.
 */
export const filter =
  (mask: Mask) =>
  <T>(tree: T): T =>
    mapSame<unknown>((leaf, path) => (mask(path) ? leaf : {}))(tree);

/**
 * The tree with the leaves of `part` in place of those that are meant; `part` has the structure of `filter(mask)(tree)`.
 *
 * Laws: `overlay(mask)(tree, filter(mask)(tree)) = tree`, `filter(mask)(overlay(mask)(tree, part)) = part`.
 */
export const overlay =
  (mask: Mask) =>
  <T>(tree: T, part: unknown): T => {
    const others = leaves<unknown>(part);
    let next = 0;
    return mapSame<unknown>((leaf, path) => (mask(path) ? others[next++] : leaf))(tree);
  };

/** The paths of the leaves, in the order of declaration. */
export const paths = (tree: unknown): readonly Path[] => entries(tree).map(([path]) => path);

/**
 * A path as people write it: `blocks/0/norm/scale`. In a name `/` is written `~1` and `~` is written `~0`, as in JSON pointers (RFC 6901).
 *
 * Law: no two paths below the root are written alike.
 */
export const showPath = (path: Path): string =>
  path.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
