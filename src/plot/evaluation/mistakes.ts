import { pngDataUrl } from '../png.js';
import { escapeHtml, percent } from '../text.js';
import type { Mistake } from './results.js';

/** Smaller images are enlarged pixel by pixel. */
const SMALL = 48;

/** Images that the model was sure about, and wrong. */
export const mistakesGallery = (mistakes: readonly Mistake[]): string => {
  const figures = mistakes.map(({ image, label, predicted, confidence, probability, file, index }) => {
    const small = Math.max(image.height, image.width) <= SMALL ? ' class="small-image"' : '';
    const alt = `${label}, taken for ${predicted}`;
    return `<figure><img${small} src="${pngDataUrl(image)}" alt="${escapeHtml(alt)}"><figcaption><b>${escapeHtml(predicted)}</b> ${percent(confidence)}<br>is ${escapeHtml(label)}, ${percent(probability)}<span class="file">${escapeHtml(file ?? `image ${index}`)}</span></figcaption></figure>`;
  });
  return `<div class="gallery">${figures.join('')}</div>`;
};
