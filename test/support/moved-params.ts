import { initialize } from '../../src/core/declaration.js';
import { drawOnHost } from '../../src/core/host-draws.js';
import { float32, type HostTensor } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import { type MapTree, mapSame, type Path } from '../../src/core/tree.js';

/** Uniform numbers in [0, 1). */
export const uniform = (seed: number, shape: readonly number[]): HostTensor =>
  drawOnHost(key(seed), { kind: 'uniform' }, shape);

/** Initial parameters, moved away from zeros and ones. */
export const movedParams = <S>(specs: S): MapTree<S, HostTensor> => {
  const moved = ({ shape, data }: HostTensor, path: Path): HostTensor => {
    const noise = uniform(path.join('/').length, shape).data;
    const values = Float32Array.from(data, (value, i) => value + 0.1 * ((noise[i] ?? 0) - 0.5));
    return float32(shape, values);
  };
  return mapSame<HostTensor>(moved)(initialize(key(1))(specs));
};
