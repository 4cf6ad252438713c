/**
 * Operations on host tensors that move numbers without changing them. They suit weights from other libraries, which
 * often have other layouts. Each returns a `ShapeError` when a size, an axis or a type does not fit.
 *
 * @example
 * host.transpose([1, 0])(float32([2, 3], [1, 2, 3, 4, 5, 6])); // right(float32([3, 2], [1, 4, 2, 5, 3, 6]))
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { sizeOf } from './axes.js';
import { type ShapeError, shapeError } from './errors.js';
import { type HostTensor, viewOf } from './host-tensor.js';
import { hostTensorProblem } from './host-tensor-problem.js';

type Result<A = HostTensor> = E.Either<ShapeError, A>;

const listed = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`;

const fail = (operation: string, expected: string, actual: string) => E.left(shapeError(expected, actual, [operation]));

/** The tensor, if its numbers fit its type and shape. */
const whole = (operation: string, tensor: HostTensor): Result => {
  const problem = hostTensorProblem(tensor);
  return problem === undefined
    ? E.right(tensor)
    : fail(operation, 'a tensor whose numbers fit its type and shape', `one that ${problem}`);
};

/** The same numbers in row-major order under another shape of the same size. */
export const reshape =
  (shape: readonly number[]) =>
  (given: HostTensor): Result =>
    pipe(
      whole('reshape', given),
      E.chain((tensor) =>
        sizeOf(shape) === sizeOf(tensor.shape) && shape.every((size) => Number.isInteger(size) && size >= 0)
          ? E.right({ ...tensor, shape })
          : fail('reshape', `a shape of ${sizeOf(tensor.shape)} numbers`, listed(shape)),
      ),
    );

/** Reorders the axes: axis `i` of the result is axis `permutation[i]` of the tensor. */
export const transpose =
  (permutation: readonly number[]) =>
  (tensor: HostTensor): Result => {
    const checked = whole('transpose', tensor);
    if (E.isLeft(checked)) return checked;
    const { dtype, shape, data } = tensor;
    const axes = [...shape.keys()];
    if (permutation.length !== axes.length || !axes.every((axis) => permutation.includes(axis))) {
      return fail('transpose', `a permutation of ${listed(axes)}`, listed(permutation));
    }
    const sizes = permutation.map((axis) => shape[axis] ?? 0);
    const strides = permutation.map((axis) => sizeOf(shape.slice(axis + 1)));
    // Counts through the positions of the result, the last axis first, and follows them in the source.
    const position = sizes.map(() => 0);
    const output = data.slice();
    let from = 0;
    for (let to = 0; to < output.length; to++) {
      output[to] = data[from]!;
      for (let axis = sizes.length - 1; axis >= 0; axis--) {
        from += strides[axis]!;
        if (++position[axis]! < sizes[axis]!) break;
        from -= strides[axis]! * sizes[axis]!;
        position[axis] = 0;
      }
    }
    return E.right({ dtype, shape: sizes, data: output });
  };

/** A tensor seen as `[outer, size, inner]`, where `size` is that of an axis. */
const around = (operation: string, axis: number, shape: readonly number[]) => {
  const size = shape[axis];
  return size === undefined
    ? fail(operation, `an axis of ${listed(shape)}, from 0 to ${shape.length - 1}`, String(axis))
    : E.right({ outer: sizeOf(shape.slice(0, axis)), size, inner: sizeOf(shape.slice(axis + 1)) });
};

/** The positions of an axis from `from` up to but not including `to`. */
export const slice =
  (axis: number, from: number, to: number) =>
  ({ dtype, shape, data }: HostTensor): Result =>
    pipe(
      whole('slice', { dtype, shape, data }),
      E.chain(() => around('slice', axis, shape)),
      E.chain(({ outer, size, inner }) => {
        if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to > size) {
          return fail('slice', `positions from 0 to ${size}`, `${from} to ${to}`);
        }
        const length = (to - from) * inner;
        const output = data.slice(0, outer * length);
        for (let row = 0; row < outer; row++) {
          const start = (row * size + from) * inner;
          output.set(data.subarray(start, start + length), row * length);
        }
        return E.right({ dtype, shape: shape.with(axis, to - from), data: output });
      }),
    );

/** Cuts an axis into `count` parts of the same size. */
export const split =
  (axis: number, count: number) =>
  (tensor: HostTensor): Result<readonly HostTensor[]> =>
    pipe(
      around('split', axis, tensor.shape),
      E.chain(({ size }) =>
        Number.isInteger(count) && count > 0 && size % count === 0
          ? E.traverseArray((part: number) => slice(axis, (part * size) / count, ((part + 1) * size) / count)(tensor))([
              ...Array(count).keys(),
            ])
          : fail('split', `a number of parts that divides ${size}`, String(count)),
      ),
    );

/** Puts tensors one after the other along an axis. Their other axes and their types must be equal. */
export const concat =
  (axis: number) =>
  (tensors: readonly HostTensor[]): Result => {
    const [first] = tensors;
    if (first === undefined) return fail('concat', 'one tensor or more', 'none');
    const checked = E.traverseArray((tensor: HostTensor) => whole('concat', tensor))(tensors);
    if (E.isLeft(checked)) return checked;
    const describe = ({ dtype, shape }: HostTensor): string => `${dtype} ${listed(shape.toSpliced(axis, 1))}`;
    const other = tensors.find((tensor) => describe(tensor) !== describe(first));
    if (other !== undefined) {
      return fail(
        'concat',
        `tensors of the same type and size but for axis ${axis}: ${describe(first)}`,
        describe(other),
      );
    }
    return pipe(
      around('concat', axis, first.shape),
      E.map(({ outer, inner }) => {
        const size = tensors.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
        const output = viewOf(first.dtype, new ArrayBuffer(outer * size * inner * first.data.BYTES_PER_ELEMENT));
        let to = 0;
        for (let row = 0; row < outer; row++) {
          for (const { shape, data } of tensors) {
            const length = (shape[axis] ?? 0) * inner;
            output.set(data.subarray(row * length, (row + 1) * length), to);
            to += length;
          }
        }
        return { dtype: first.dtype, shape: first.shape.with(axis, size), data: output };
      }),
    );
  };
