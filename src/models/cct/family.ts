import { lengthAfter } from '../../layers/windows.js';
import type { Family } from '../family.js';
import { cct } from './cct.js';
import { CctConfig } from './config.js';

/** Rows or columns of tokens, for those of the images. */
const tokensIn = (length: number, { layers, size, stride }: CctConfig['convolutions']): number =>
  Array.from({ length: layers }).reduce<number>((rows) => {
    const convolved = lengthAfter(rows, { size, stride, padding: Math.floor(size / 2) });
    return lengthAfter(convolved, { size: 3, stride: 2, padding: 1 });
  }, length);

/** Compact Convolutional Transformers (Hassani et al. 2021), with the changes of Lee et al. 2021 where configured. */
export const cctFamily: Family<CctConfig> = {
  codec: CctConfig,
  build: cct,
  inputOf: ({ image, classes }) => ({ image, classes }),
  adapt: (config, { image, classes }) => ({ ...config, image, classes }),
  tokensOf: ({ image, convolutions }) => {
    const [rows, columns] = [tokensIn(image.height, convolutions), tokensIn(image.width, convolutions)];
    return rows > 0 && columns > 0 ? { rows, columns, before: 0 } : undefined;
  },
};
