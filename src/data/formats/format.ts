import * as E from 'fp-ts/lib/Either.js';
import { type DataError, dataError } from '../data-error.js';
import type { LabeledImages } from '../dataset.js';

/** The content of a file with the name that errors call it by. */
export interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** How a data set lies in a folder, and how its bytes are read. */
export interface Format {
  /** The files of the training and of the test set, in the order that `decode` wants. Each may also end in `.gz`. */
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Reads one of the two sets: pure, on whole files. */
  readonly decode: (files: readonly NamedBytes[]) => E.Either<DataError, LabeledImages>;
}

/** Checks that every label is below `classes`. `what` names them: `label`, `coarse label`. */
export const checkLabels = (
  file: string,
  what: string,
  classes: number,
  labels: Uint8Array,
): E.Either<DataError, Uint8Array> => {
  const at = labels.findIndex((label) => label >= classes);
  return at === -1
    ? E.right(labels)
    : E.left(
        dataError(
          'label-out-of-range',
          file,
          `every ${what} in 0…${classes - 1}`,
          `${labels[at]} at position ${at}`,
          'The file is damaged or belongs to another data set.',
        ),
      );
};
