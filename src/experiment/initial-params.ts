/**
 * Where the models of an experiment begin.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { type ConfigError, configError } from '../core/config.js';
import { type Hosts, initialize, type ParameterSpec } from '../core/declaration.js';
import type { HostTensor } from '../core/host-tensor.js';
import { fold } from '../core/key.js';
import { listed } from '../core/listed.js';
import { entries, showPath } from '../core/tree.js';
import type { ModelParams } from '../models/classifier.js';
import type { DeclaredClassifier } from '../models/families.js';
import { type Taken, takeParams } from '../train/take-params.js';
import type { ExperimentConfig } from './config.js';
import { experimentKey } from './experiment-key.js';

/** Trained parameters by path, `blocks/0/norm/scale`, for models to begin at. */
export interface Weights {
  /** Where they are from, for people: the path of a file. */
  readonly path: string;
  /** Of the tensors: a run that is resumed checks with it that it begins at the same ones. */
  readonly fingerprint: string;
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** A model by its name. */
export interface NamedModel extends Pick<DeclaredClassifier, 'declaration'> {
  readonly name: string;
}

/** The parameters that a model begins at: drawn from the seed, and those of `from` wherever they fit. */
export const initialParams = (
  { config, from }: { readonly config: ExperimentConfig; readonly from?: Weights | undefined },
  { declaration }: NamedModel,
): Taken<Hosts<ModelParams>> => {
  const { params } = initialize(fold(experimentKey(config), 'initial'))({ params: declaration.params });
  return takeParams(params, from?.tensors ?? {});
};

/** Refuses weights that are of another kind of model altogether, before anything is drawn. */
export const checkFits =
  (from: Weights | undefined) =>
  ({ name, declaration }: NamedModel): E.Either<ConfigError, void> => {
    const declared = entries<ParameterSpec>(declaration.params);
    if (
      from === undefined ||
      declared.some(([path, { shape }]) => String(from.tensors[showPath(path)]?.shape) === String(shape))
    )
      return E.right(undefined);
    const [theirs] = listed('it has', Object.keys(from.tensors));
    const [ours] = listed(
      `'${name}' has`,
      declared.map(([path]) => showPath(path)),
    );
    return E.left(
      configError(
        'from',
        `no parameter of ${from.path} fits '${name}' by path and shape: ${theirs ?? 'it is empty'}; ${ours}`,
      ),
    );
  };
