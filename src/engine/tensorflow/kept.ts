import { entries, type Path, showPath } from '../../core/tree.js';
import type { Node } from '../compiler/graph/node.js';
import { sameShape } from '../compiler/graph/node.js';

interface Leaf {
  readonly path: Path;
  readonly shape: readonly number[];
  readonly dtype: Node['dtype'];
}

const fits = (a: Leaf, b: Leaf): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

const leavesOf = (tree: unknown): readonly Leaf[] =>
  entries<Omit<Leaf, 'path'>>(tree).map(([path, { shape, dtype }]) => ({ path, shape, dtype }));

/**
 * For each leaf of an answer the donated leaf of the arguments whose place it takes, as a position among all leaves of the
 * arguments: the one of the same path, or else the first of the same shape and type that is left.
 */
export const keptIn = (args: unknown, donate: readonly string[], answer: unknown): readonly (number | undefined)[] => {
  const given = leavesOf(args);
  const answered = leavesOf(answer);
  // Positions that are not taken yet, by path; a path is one leaf only.
  const open = new Map(
    given.flatMap((leaf, position) =>
      donate.includes(leaf.path[0] ?? '') ? [[showPath(leaf.path), { leaf, position }] as const] : [],
    ),
  );
  const take = (name: string | undefined, wanted: Leaf): number | undefined => {
    const found = name === undefined ? undefined : open.get(name);
    if (name === undefined || found === undefined || !fits(found.leaf, wanted)) return undefined;
    open.delete(name);
    return found.position;
  };
  const byPath = answered.map((leaf) => take(showPath(leaf.path), leaf));
  return answered.map(
    (wanted, i) => byPath[i] ?? take([...open].find(([, { leaf }]) => fits(leaf, wanted))?.[0], wanted),
  );
};
