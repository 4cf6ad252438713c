import type { DType } from '../../core/host-tensor.js';
import { entries, type Path, showPath } from '../../core/tree.js';
import { sameShape } from '../compiler/graph/node.js';

interface Leaf {
  readonly path: Path;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

const fits = (a: Leaf, b: Leaf): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

const leavesOf = (tree: unknown): readonly Leaf[] =>
  entries<Omit<Leaf, 'path'>>(tree).map(([path, { shape, dtype }]) => ({ path, shape, dtype }));

/**
 * For each leaf of the result the donated argument whose variable stores it, as a position among all leaves of the
 * arguments: the one at the same path, or else the first of the same shape and type that is left, if any.
 */
export const outputVariables = (
  args: unknown,
  donate: readonly string[],
  result: unknown,
): readonly (number | undefined)[] => {
  const outputs = leavesOf(result);
  // Positions that are not taken yet, by path; a path is one leaf only.
  const free = new Map(
    leavesOf(args).flatMap((leaf, position) =>
      donate.includes(leaf.path[0] ?? '') ? [[showPath(leaf.path), { leaf, position }] as const] : [],
    ),
  );
  const take = (name: string | undefined, output: Leaf): number | undefined => {
    const found = name === undefined ? undefined : free.get(name);
    if (name === undefined || found === undefined || !fits(found.leaf, output)) return undefined;
    free.delete(name);
    return found.position;
  };
  const byPath = outputs.map((leaf) => take(showPath(leaf.path), leaf));
  return outputs.map(
    (output, i) => byPath[i] ?? take([...free].find(([, { leaf }]) => fits(leaf, output))?.[0], output),
  );
};
