import type { Family } from '../family.js';
import { VitConfig } from './config.js';
import { vit } from './vit.js';

/** Vision Transformers (Dosovitskiy et al. 2020), with the changes of Lee et al. 2021 where configured. */
export const vitFamily: Family<VitConfig> = {
  codec: VitConfig,
  build: vit,
  inputOf: ({ image, classes }) => ({ image, classes }),
  adapt: (config, { image, classes }) => ({ ...config, image, classes }),
  tokensOf: ({ image, patch, pool }) => {
    const [rows, columns] = [image.height / patch, image.width / patch];
    const isGrid = [rows, columns].every((count) => Number.isSafeInteger(count) && count > 0);
    return isGrid ? { rows, columns, before: pool === 'class' ? 1 : 0 } : undefined;
  },
};
