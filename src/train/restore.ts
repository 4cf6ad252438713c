import * as E from 'fp-ts/lib/Either.js';
import { sizeOf } from '../core/axes.js';
import type { ParameterSpec } from '../core/declaration.js';
import type { Failure } from '../core/errors.js';
import type { HostTensor } from '../core/host-tensor.js';
import { listed } from '../core/listed.js';
import { entries, type MapTree, showPath, unflatten } from '../core/tree.js';

/** A tensor that has another shape or number type than the model declares. */
export interface TensorMismatch {
  readonly path: string;
  /** `float32 [64, 128]` */
  readonly expected: string;
  readonly actual: string;
}

/** Tensors that are not those of a declaration, with all differences. Paths are written `blocks/0/norm/scale`. */
export interface RestoreError extends Failure<'RestoreError'> {
  /** Declared, but not among the tensors. */
  readonly missing: readonly string[];
  /** Among the tensors, but not declared. */
  readonly extra: readonly string[];
  readonly mismatched: readonly TensorMismatch[];
}

const restoreError = (differences: Pick<RestoreError, 'missing' | 'extra' | 'mismatched'>): RestoreError => ({
  _tag: 'RestoreError',
  ...differences,
  message: [
    ...listed('missing', differences.missing),
    ...listed('not expected', differences.extra),
    ...listed(
      'different',
      differences.mismatched.map(({ path, expected, actual }) => `${path} (expected ${expected}, got ${actual})`),
    ),
  ].join('; '),
});

/** `float32 [64, 128]` */
export const describeTensor = (dtype: string, shape: readonly number[]): string => `${dtype} [${shape.join(', ')}]`;

/**
 * Puts tensors by path into the structure that is declared: the parameters of a model, or with `{ params: specs }` any
 * tree of declarations, such as the state of training.
 *
 * Returns a `RestoreError` with all differences when tensors are missing, left over, or of another shape or type.
 *
 * @example
 * const { tensors } = orThrow(decodeTensors(bytes));
 * const params = orThrow(restore(orThrow(declareVit(config)), tensors));
 */
export const restore = <S>(
  declaration: { readonly params: S },
  tensors: Readonly<Record<string, HostTensor>>,
): E.Either<RestoreError, MapTree<S, HostTensor>> => {
  const declared = entries<ParameterSpec>(declaration.params).map(([path, { shape, dtype = 'float32' }]) => ({
    path: showPath(path),
    expected: describeTensor(dtype, shape),
  }));
  const given = new Map(Object.entries(tensors));
  const found: HostTensor[] = [];
  const missing: string[] = [];
  const mismatched: TensorMismatch[] = [];
  for (const { path, expected } of declared) {
    const tensor = given.get(path);
    if (tensor === undefined) {
      missing.push(path);
      continue;
    }
    const numbers = tensor.data.length === sizeOf(tensor.shape) ? '' : ` with ${tensor.data.length} numbers`;
    const actual = describeTensor(tensor.dtype, tensor.shape) + numbers;
    if (actual === expected) found.push(tensor);
    else mismatched.push({ path, expected, actual });
  }
  const paths = new Set(declared.map(({ path }) => path));
  const extra = Object.keys(tensors).filter((path) => !paths.has(path));
  return missing.length + extra.length + mismatched.length === 0
    ? E.right(unflatten(declaration.params)(found))
    : E.left(restoreError({ missing, extra, mismatched }));
};
