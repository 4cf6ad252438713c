import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../core/config.js';
import { countParameters } from '../core/declaration.js';
import type { ClassifierInput } from '../models/classifier.js';
import { totalMemory } from '../node/node-modules.js';

/** A float32. */
const NUMBER_BYTES = 4;

/** Parameters, and the two moments that AdamW keeps of each. */
const COPIES = 3;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toLocaleString('en', { maximumFractionDigits: 1 })} GB`;

/** Refuses at once what cannot fit into this machine, however little else it needs. */
export const checkMemory = (
  models: readonly { readonly name: string; readonly declaration: { readonly params: unknown } }[],
  { image }: ClassifierInput,
  batchSize: number,
  total = totalMemory(),
): E.Either<ConfigError, void> => {
  const problem = (field: string, what: string, bytes: number): E.Either<ConfigError, void> =>
    bytes > total
      ? E.left(
          configError(
            field,
            `expected what fits into the ${gigabytes(total)} of memory of this machine, got ${what}, which takes ${gigabytes(bytes)} or more`,
          ),
        )
      : E.right(undefined);
  const batch = batchSize * image.height * image.width * image.channels;
  return pipe(
    models,
    E.traverseArray(({ name, declaration }) => {
      const parameters = countParameters(declaration);
      const what = `'${name}' with ${parameters.toLocaleString('en')} parameters`;
      return problem('models', what, parameters * NUMBER_BYTES * COPIES);
    }),
    E.chain(() => problem('batchSize', `a batch of ${batch.toLocaleString('en')} numbers`, batch * NUMBER_BYTES)),
  );
};
