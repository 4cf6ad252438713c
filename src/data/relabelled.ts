import * as E from 'fp-ts/lib/Either.js';
import { type DataError, dataError } from './data-error.js';
import type { ImageSource } from './image-source.js';

const FEW = 5;

const some = (names: readonly string[]): string =>
  `${names
    .slice(0, FEW)
    .map((name) => `'${name}'`)
    .join(', ')}${names.length > FEW ? ` and ${names.length - FEW} more` : ''}`;

/**
 * The same images with the labels of a model: positions in its list of classes, which may have another order.
 *
 * Errors: `mismatch` if the classes are not those of the model; `images` names the source in the message.
 *
 * @example
 * const pets = relabelled(['dog', 'cat'], 'pets')(dataset.test);
 */
export const relabelled =
  (classes: readonly string[], images: string) =>
  (source: ImageSource): E.Either<DataError, ImageSource> => {
    const unknown = source.classes.filter((name) => !classes.includes(name));
    const missing = classes.filter((name) => !source.classes.includes(name));
    if (unknown.length > 0 || missing.length > 0 || source.classes.length !== classes.length) {
      const found = [
        ...(missing.length > 0 ? [`no ${some(missing)}`] : []),
        ...(unknown.length > 0 ? [`${some(unknown)}, which the model does not know`] : []),
      ];
      return E.left(
        dataError(
          'mismatch',
          images,
          `images of the ${classes.length} classes of the model`,
          found.length === 0 ? `${source.classes.length} classes` : found.join(', and '),
          'Name the folders of the classes as in training, and give each class an image.',
        ),
      );
    }
    if (source.classes.every((name, label) => name === classes[label])) return E.right(source);
    const labels = source.classes.map((name) => classes.indexOf(name));
    return E.right({ ...source, classes, label: (index) => labels[source.label(index)] ?? Number.NaN });
  };
