import { type ClassResult, wilson } from '../plot/index.js';
import type { Judged } from './judge.js';

/** For each class, how many of its images are taken for each class. */
export const confusionOf = (judged: readonly Judged[], classes: number): readonly (readonly number[])[] => {
  // Local mutation: one addition per image.
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { label, predicted } of judged) {
    const row = counts[label];
    if (row !== undefined) row[predicted] = (row[predicted] ?? 0) + 1;
  }
  return counts;
};

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** How a model does on each class. */
export const classResults = (
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
): readonly ClassResult[] =>
  classes.map((name, label) => {
    const row = confusion[label] ?? [];
    const [images, right] = [sum(row), row[label] ?? 0];
    const others = row.map((count, predicted) => (predicted === label ? 0 : count));
    const most = Math.max(0, ...others);
    return {
      name,
      images,
      recall: wilson(right, images),
      precision: wilson(right, sum(confusion.map((counts) => counts[label] ?? 0))),
      mistakenFor: most === 0 ? undefined : { name: classes[others.indexOf(most)] ?? '', images: most },
    };
  });
