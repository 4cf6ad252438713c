/**
 * Initial values of parameters: a name for summaries, and a pure function of key and shape.
 *
 * @module
 */
import { drawOnHost } from './draws.js';
import { filled, float32, type HostTensor } from './host-tensor.js';
import type { Key } from './key.js';

export interface Initializer {
  readonly name: string;
  readonly sample: (key: Key, shape: readonly number[]) => HostTensor;
}

/** Every element `value`. */
export const constant = (value: number): Initializer => ({
  name: `constant(${value})`,
  sample: (_, shape) => filled(shape, value),
});

export const zeros: Initializer = constant(0);
export const ones: Initializer = constant(1);

// A plain loop: Float32Array.from with a function takes seconds for a large head.
const mapped = ({ data, shape }: HostTensor, f: (value: number) => number): HostTensor => {
  const output = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) output[i] = f(data[i]!);
  return float32(shape, output);
};

/** Uniform in [−limit, limit). */
export const uniformIn = (limit: number): Initializer => ({
  name: `uniform(±${limit})`,
  sample: (key, shape) => mapped(drawOnHost(key, { kind: 'uniform' }, shape), (u) => (2 * u - 1) * limit),
});

/** Normal with mean 0 and the given standard deviation. */
export const normalWith = (std: number): Initializer => ({
  name: `normal(${std})`,
  sample: (key, shape) => mapped(drawOnHost(key, { kind: 'normal' }, shape), (z) => z * std),
});

/** Glorot and Bengio 2010: uniform with limit √(6 / (in + out)). */
export const glorotUniform = (fanIn: number, fanOut: number): Initializer => uniformIn(Math.sqrt(6 / (fanIn + fanOut)));

/** Glorot and Bengio 2010: normal with standard deviation √(2 / (in + out)); PyTorch's `xavier_normal_`. */
export const glorotNormal = (fanIn: number, fanOut: number): Initializer => normalWith(Math.sqrt(2 / (fanIn + fanOut)));
