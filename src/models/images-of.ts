import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, imageShape, type Shape } from '../core/axes.js';
import { declare } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';
import { requireThat } from '../core/require.js';
import type { ClassifierInput } from './classifier.js';

/** Only images of the size that the model is made for: others may have as many tokens, and then mean something else. */
export const imagesOf = ({ height, width, channels }: ClassifierInput['image']): Layer<NoParams, Images, Images> => {
  const expected = `images of ${height} × ${width} × ${channels}`;
  const areRight = ([rows, columns, depth]: readonly number[]): boolean =>
    rows === height && columns === width && depth === channels;
  return {
    init: (input: Shape) =>
      pipe(
        expectAxes(['batch', 'row', 'column', 'channel'], input),
        E.chain(([, ...sizes]) => ensure(areRight(sizes), expected, sizes.join(' × '))),
        E.map(() => declare({}, imageShape({ height, width, channels }, input.sizes[0]))),
      ),
    apply: (_, images, context) => {
      const sizes = images.shape.slice(1);
      requireThat(context, areRight(sizes), expected, sizes.join(' × '));
      return images;
    },
  };
};
