import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { EngineError } from '../engine.js';
import { type ExportError, exportError } from './export-error.js';
import { batchAxis, type ExportInputs } from './export-input.js';
import { freeBatch } from './free-batch.js';
import type { WriteFor, Written } from './written.js';

// Far apart and prime, so that hardly anything but the size of the batch has both values.
const [SMALL, LARGE] = [13, 1013];

/** The function for a batch of any size; `first`: the position of the first input among the arguments. */
export const writeFree = (
  writeOne: WriteFor,
  inputs: ExportInputs,
  first: number,
): E.Either<ExportError | EngineError, Written> => {
  const batch = batchAxis(inputs);
  if (batch === undefined) return writeOne(1);
  return pipe(
    E.Do,
    E.bind('small', () => writeOne(SMALL)),
    E.bind('large', () => writeOne(LARGE)),
    E.chainW(({ small, large }) =>
      pipe(
        freeBatch({
          sizes: [SMALL, LARGE],
          graphs: [small.onnx, large.onnx],
          // Where nothing uses the values of the input, it has no name in the graph.
          batch: { input: small.given.get(first + batch.position) ?? batch.name, axis: batch.axis },
        }),
        E.bimap(
          (problem) => exportError(`the size of the batch cannot be free: ${problem}`),
          (onnx) => ({ ...small, onnx }),
        ),
      ),
    ),
  );
};
