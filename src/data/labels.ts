import * as E from 'fp-ts/lib/Either.js';
import { type DataError, dataError } from './data-error.js';

export const isLabel = (label: number, classes: number): boolean =>
  Number.isInteger(label) && label >= 0 && label < classes;

/** Checks that every label is a whole number below `classes`. `what` names them in the error: `label`, `coarse label`. */
export const checkLabels = <L extends ArrayLike<number>>(
  file: string,
  what: string,
  classes: number,
  labels: L,
): E.Either<DataError, L> => {
  for (let i = 0; i < labels.length; i++)
    if (!isLabel(labels[i]!, classes))
      return E.left(
        dataError(
          'label-out-of-range',
          file,
          `every ${what} to be a whole number in 0…${classes - 1}`,
          `${labels[i]} at position ${i}`,
          'Check that the labels belong to these images and these classes.',
        ),
      );
  return E.right(labels);
};
