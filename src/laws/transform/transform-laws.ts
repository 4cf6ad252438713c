import type { Law } from '../law.js';
import { dataLaws } from './data.js';
import { imageLaws } from './images.js';
import { casesOf, type TransformSubject } from './subject.js';

/**
 * What this library demands of every transform of images, its own included.
 *
 * @example
 * const transform = { kind: 'posterize', levels: 4 };
 * for (const law of transformLaws({ definition: posterize, transform })) await law.check();
 */
export const transformLaws = (given: TransformSubject): readonly Law[] => {
  const cases = casesOf(given);
  return [...imageLaws(cases), ...dataLaws(cases)];
};
