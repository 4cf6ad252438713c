import { sizeOf } from '../core/axes.js';
import type { HostTensor } from '../core/host-tensor.js';
import { entries, mapSame, showPath } from '../core/tree.js';
import { notFinite } from './diverged.js';
import { describeTensor } from './restore.js';

/** A tensor that was not taken, and why not. */
export interface LeftOver {
  readonly path: string;
  /** `the model has no such parameter` */
  readonly reason: string;
}

/** Parameters, some of which were taken from elsewhere. Paths are written `blocks/0/norm/scale`. */
export interface Taken<P> {
  readonly params: P;
  /** What was taken, in the order of the model. */
  readonly taken: readonly string[];
  /** What the model has beside it, as it was given: new parameters. */
  readonly fresh: readonly string[];
  readonly left: readonly LeftOver[];
}

const problemOf = (tensor: HostTensor, expected: HostTensor | undefined): string | undefined => {
  if (expected === undefined) return 'the model has no such parameter';
  const [wanted, got] = [expected, tensor].map(({ dtype, shape }) => describeTensor(dtype, shape));
  if (wanted !== got) return `the model has ${wanted} there, this is ${got}`;
  if (tensor.data.length !== sizeOf(tensor.shape)) return `it has ${tensor.data.length} numbers`;
  return notFinite({ tensor }) === undefined ? undefined : 'it has numbers that are not finite';
};

/**
 * Parameters in host memory, with tensors by path in their place wherever path, shape and number type are the same: to begin training at
 * the weights of another model. Nothing is an error here; what was left over says why.
 *
 * Laws: all tensors of a model are taken by a model of the same configuration; without tensors, the parameters stay as they are.
 *
 * @example
 * const { tensors } = orThrow(decodeTensors(bytes));
 * const { params, fresh, left } = takeParams(initialize(key(1))(orThrow(declareVit(config)).params), tensors);
 */
export const takeParams = <P>(params: P, tensors: Readonly<Record<string, HostTensor>>): Taken<P> => {
  const own = new Map(entries<HostTensor>(params).map(([path, leaf]) => [showPath(path), leaf]));
  const given = Object.entries(tensors).map(([path, tensor]) => ({
    path,
    tensor,
    problem: problemOf(tensor, own.get(path)),
  }));
  const fitting = new Map(
    given.flatMap(({ path, tensor, problem }) => (problem === undefined ? [[path, tensor]] : [])),
  );
  return {
    params: mapSame<HostTensor>((leaf, path) => fitting.get(showPath(path)) ?? leaf)(params),
    taken: [...own.keys()].filter((path) => fitting.has(path)),
    fresh: [...own.keys()].filter((path) => !fitting.has(path)),
    left: given.flatMap(({ path, problem }) => (problem === undefined ? [] : [{ path, reason: problem }])),
  };
};
