import type { ImageSource } from '../../data/image-source.js';

/**
 * Class weights with which all classes count the same in training, however many images they have: images / (classes · images of the class).
 * Their mean over the images is 1. Classes without images do not count and weigh 0.
 *
 * Source: `class_weight='balanced'` of scikit-learn (King and Zeng 2001).
 *
 * @example
 * const objective = orThrow(classification({ classes: train.classes.length, classWeights: balancedWeights(train) }));
 */
export const balancedWeights = ({ count, classes, label }: ImageSource): readonly number[] => {
  // Mutated here alone: one pass over the labels.
  const counts = classes.map(() => 0);
  for (let i = 0; i < count; i++) {
    const before = counts[label(i)];
    if (before !== undefined) counts[label(i)] = before + 1;
  }
  const present = counts.filter((images) => images > 0).length;
  return counts.map((images) => (images > 0 ? count / (present * images) : 0));
};
