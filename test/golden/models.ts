/** The architectures of the presets at the sizes of the fixtures. */
import type { VitConfig } from '../../src/models/vit/config.js';
import { kerasModels, officialModels } from '../../src/models/vit/presets.js';

/** The sizes that the generators write for their small models. */
interface Sizes {
  readonly size: number;
  readonly patch: number;
  readonly dim: number;
  readonly depth: number;
  readonly heads: number;
  readonly headDim: number;
  readonly mlp: readonly number[];
  readonly head?: readonly number[];
  readonly classes: number;
}

export const presets = { keras2: kerasModels, keras3: kerasModels, torch: officialModels } as const;

/** A small version of a preset, without dropout. */
export const inSmall = (preset: VitConfig, sizes: unknown): VitConfig => {
  const { size, mlp, head = [], ...rest } = sizes as Sizes;
  return {
    ...preset,
    ...rest,
    image: { height: size, width: size, channels: 3 },
    mlp: { ...preset.mlp, units: mlp },
    head,
    dropRates: { attention: 0, mlp: 0, path: 0, representation: 0, head: 0 },
  };
};

/** Label smoothing: the authors' code always uses it, the Keras example never. */
export const smoothings = { keras2: 0, keras3: 0, torch: 0.1 } as const;
