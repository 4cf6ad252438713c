import * as E from 'fp-ts/lib/Either.js';
import { type DataError, dataError } from './data-error.js';
import { type ImageSource, rebuildable, type SourceData } from './image-source.js';

const isDefined = <A>(value: A | undefined): value is A => value !== undefined;

/** Sources one after the other, without a check. */
export const concatenation = (sources: readonly ImageSource[]): ImageSource => {
  // Where each source begins.
  const starts = sources.map((_, i) => sources.slice(0, i).reduce((sum, { count }) => sum + count, 0));
  const locate = (index: number): readonly [source: ImageSource | undefined, within: number] => {
    const at = starts.findLastIndex((start) => start <= index);
    return [sources[at], index - (starts[at] ?? 0)];
  };
  const threadData = sources.map((source) => source.threadData);
  const of: readonly SourceData[] = threadData.filter(isDefined);
  return rebuildable(
    {
      count: sources.reduce((sum, { count }) => sum + count, 0),
      classes: sources[0]?.classes ?? [],
      label: (index) => {
        const [source, within] = locate(index);
        return source?.label(within) ?? Number.NaN;
      },
      image: (index) => {
        const [source, within] = locate(index);
        return source?.image(within) ?? { height: 0, width: 0, channels: 0, data: new Float32Array() };
      },
      willRead: (indices) => {
        const located = indices.map(locate);
        for (const source of sources)
          source.willRead?.(located.flatMap(([own, within]) => (own === source ? [within] : [])));
      },
    },
    of.length === sources.length ? { kind: 'concatenation', of } : undefined,
  );
};

/**
 * Joins sources in order. They must have the same classes; their images may differ in size.
 *
 * Errors: `empty` without sources, `mismatch` if classes differ.
 *
 * @example
 * const everything = concatenateSources([dataset.train, dataset.test]);
 */
export const concatenateSources = (sources: readonly ImageSource[]): E.Either<DataError, ImageSource> => {
  const [first, ...others] = sources;
  if (first === undefined)
    return E.left(dataError('empty', 'images', 'one source or more', 'none', 'Give the sources to join.'));
  const show = ({ classes }: ImageSource): string => classes.join(', ');
  const other = others.find((source) => show(source) !== show(first));
  if (other !== undefined)
    return E.left(
      dataError(
        'mismatch',
        'images',
        `sources with the same ${first.classes.length} classes (${show(first)})`,
        `${other.classes.length} classes (${show(other)})`,
        'Join sources whose labels mean the same.',
      ),
    );
  return E.right(others.length === 0 ? first : concatenation(sources));
};
