import { customSource, type ImageSource } from '../../src/data/index.js';

interface GradientOptions {
  readonly count: number;
  /** The index of an image that cannot be read. */
  readonly broken?: number;
}

/** A source that computes its images when they are read: a different ramp for each. */
export const gradients = (options: GradientOptions): ImageSource => {
  const { count, broken } = options;
  return customSource(
    { module: import.meta.url, name: 'gradients', options },
    {
      count,
      classes: ['dark', 'bright'],
      label: (index) => (index < count / 2 ? 0 : 1),
      image: (index) => {
        if (index === broken) throw new Error('this image is broken');
        return { height: 3, width: 4, channels: 1, data: Float32Array.from({ length: 12 }, (_, i) => 10 * index + i) };
      },
    },
  );
};
