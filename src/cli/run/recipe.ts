import type { Prepared } from '../../experiment/prepare.js';
import { duration, whole } from '../text.js';

const inMinutes = (seconds: number): string => (seconds < 60 ? 'less than a minute' : `about ${duration(seconds)}`);

/** In two lines, what the recipe chose, and how long the run is expected to take. */
export const describeRecipe = ({ config, models }: Prepared, seconds: number | undefined): string => {
  const parts = models.flatMap(({ config: model }) => {
    if (model.kind !== 'vit') return [];
    const { image, patch, depth, dim } = model;
    return [
      `${image.height} × ${image.width} pixels in patches of ${patch}, ${depth} ${depth === 1 ? 'block' : 'blocks'} of width ${dim}`,
    ];
  });
  const { epochs, batchSize } = config;
  return [
    `recipe   ${parts.join('; ')}, ${whole(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'} in batches of ${batchSize}`,
    `time     ${seconds === undefined ? 'unknown for this engine' : inMinutes(seconds)}; choose otherwise with --size, --patch, --depth, --width, --epochs, --batch or --config`,
  ].join('\n');
};
