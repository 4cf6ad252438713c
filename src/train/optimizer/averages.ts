import { mapSame, overlay, type Path } from '../../core/tree.js';
import { type Optimizer, trainedBy } from './optimizer.js';

/**
 * The parameters to evaluate and to use, of a state in any form: the averages that the optimizer keeps, if it does, and otherwise those that
 * are trained.
 *
 * @example
 * const state = initialize(key(1))(declareState(declaration, optimizer));
 * const params = evaluatedParams(optimizer)(state);
 */
export const evaluatedParams =
  (optimizer: Optimizer) =>
  <P>({ params, optimizer: state }: { readonly params: P; readonly optimizer: unknown }): P => {
    const { averages } = optimizer;
    if (averages === undefined) return params;
    const kept = averages.reduce<unknown>((node, name) => Object(node)[name], state);
    return overlay(trainedBy(optimizer))(params, kept);
  };

/** The state of an optimizer with other averages, if it keeps any. `change` gets the path of the parameter. */
export const mapAverages =
  ({ averages }: Optimizer) =>
  <A>(change: (average: A, path: Path) => A) =>
  <S>(state: S): S =>
    averages === undefined
      ? state
      : mapSame<A>((leaf, path) =>
          averages.every((name, i) => name === path[i]) ? change(leaf, path.slice(averages.length)) : leaf,
        )(state);
