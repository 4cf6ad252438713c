/**
 * Double precision. tfjs computes in float32; its plain JavaScript backend stores every number in arrays that it makes as it runs, by the
 * global name `Float32Array`. While that name stands for `Float64Array`, the same kernels and gradients compute in double precision.
 *
 * @module
 */
import { env, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { drawOnHost } from '../../core/host-draws.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { deferredKey, type Key } from '../../core/key.js';
import { withOverrides } from '../../core/tfjs/with-overrides.js';

const Single = Float32Array;

/** Runs a synchronous function of tensors of the backend `cpu` in double precision. */
export const inDoublePrecision = <R>(body: () => R): R =>
  // On Node tfjs asks the runtime, which does not go by names, what a typed array is.
  withOverrides<object, R>(env().platform, { isTypedArray: ArrayBuffer.isView }, () =>
    withOverrides<object, R>(globalThis, { Float32Array: Float64Array }, body),
  );

const inSinglePrecision = <R>(body: () => R): R => withOverrides<object, R>(globalThis, { Float32Array: Single }, body);

/** In double precision: the tensor of float32 numbers, or of others, in host memory. */
export const doubleTensor = ({ dtype, shape, data }: HostTensor): Tensor =>
  tensor(dtype === 'float32' ? Float64Array.from(data) : data.slice(), [...shape], dtype);

/** In double precision: a key that draws the same numbers as this one. */
export const doubleKey = ({ root, path: start }: Key): Key =>
  deferredKey((path, distribution, shape) =>
    doubleTensor(inSinglePrecision(() => drawOnHost({ root, path: [...start, ...path] }, distribution, shape))),
  );
