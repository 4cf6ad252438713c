import { printable } from '../core/printable.js';

/** Why a file or folder was left out of a data set. */
export type SkipReason =
  /** Its name begins with a dot. */
  | 'hidden'
  /** A file of 0 bytes. */
  | 'empty-file'
  /** A file of no known image format. */
  | 'not-an-image'
  /** An image format that cannot be read. */
  | 'unsupported-format'
  /** An image that is damaged or ends too early. */
  | 'broken-image'
  /** No permission, or it went away. */
  | 'unreadable'
  /** A link to nothing. */
  | 'broken-link'
  /** A link to a folder that it is in. */
  | 'link-loop'
  /** A pipe, a socket or a device. */
  | 'not-a-file'
  /** A file beside the folders of the classes, or a folder beside those of the images. */
  | 'outside-classes'
  /** A class without an image to train on. */
  | 'empty-class'
  /** A class of the test or validation images that has no images to train on. */
  | 'unknown-class'
  /** A line of a list of labels that cannot be used. */
  | 'bad-label';

/** A file or folder that was left out of a data set, and why. */
export interface Skipped {
  /** Within the folder of the data set, with `/` between names. */
  readonly path: string;
  readonly reason: SkipReason;
  /** What is wrong with it, for people. */
  readonly detail: string;
}

const EXAMPLES = 3;

/**
 * One line for each reason, with the number of files and the first of them.
 *
 * @example
 * describeSkipped([{ path: 'cat/notes.txt', reason: 'not-an-image', detail: 'no known image format' }]);
 * // ['1 not-an-image: cat/notes.txt (no known image format)']
 */
export const describeSkipped = (skipped: readonly Skipped[]): readonly string[] =>
  [...new Set(skipped.map(({ reason }) => reason))].map((reason) => {
    const all = skipped.filter((one) => one.reason === reason);
    const shown = all.slice(0, EXAMPLES).map(({ path, detail }) => `${printable(path)} (${detail})`);
    const rest = all.length > EXAMPLES ? [`and ${all.length - EXAMPLES} more`] : [];
    return `${all.length} ${reason}: ${[...shown, ...rest].join(', ')}`;
  });
