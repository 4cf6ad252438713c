import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../../core/config.js';
import type { ShapeError } from '../../core/errors.js';
import type { DataError } from '../../data/data-error.js';
import { loadDataset } from '../../data/node/load-dataset.js';
import { type Prepared, prepare } from '../../experiment/prepare.js';
import type { Display } from '../display.js';
import { downloadDisplay } from '../reporters/download.js';
import { imagesDisplay } from '../reporters/images.js';
import type { Settings } from './settings.js';

/** Loads the data and checks that the configuration fits it, before anything is written. */
export const prepareRun = (
  { config, data, partial, configure, images, from }: Settings,
  signal: AbortSignal,
  print: Display['print'],
): TE.TaskEither<DataError | ShapeError | ConfigError, Prepared> => {
  const download = downloadDisplay(config.dataset, print);
  const reading = imagesDisplay('reading', print);
  return pipe(
    loadDataset(config.dataset, {
      directory: data,
      partial,
      signal,
      onProgress: download.onProgress,
      images: { ...images, onProgress: reading.onProgress },
    }),
    T.chainFirstIOK(() => () => {
      download.end();
      reading.end();
    }),
    TE.chainEitherKW((dataset) =>
      pipe(
        configure(dataset),
        E.chainW((configured) => prepare(configured, dataset, from)),
      ),
    ),
  );
};
