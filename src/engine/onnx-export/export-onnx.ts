import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Axes, Same, Shape } from '../../core/axes.js';
import { evaluation } from '../../core/context.js';
import type { Hosts, ParameterSpec } from '../../core/declaration.js';
import type { ShapeError } from '../../core/errors.js';
import type { HostTensor } from '../../core/host-tensor.js';
import type { Layer } from '../../core/layer.js';
import { observe } from '../../core/observe.js';
import { entries, showPath } from '../../core/tree.js';
import type { EngineError } from '../engine.js';
import type { ExportedModel, FileOptions } from './assemble.js';
import { type ExportError, exportError } from './export-error.js';
import { exportFunction } from './export-function.js';

export interface ExportOnnxOptions extends FileOptions {
  /** The shape of an input, as `init` takes it. The axis named `batch` is free; the others are fixed. */
  readonly input: Shape;
  /** Also gives what layers show under these names, such as `weights` of attention; see `observe`. Default: none. */
  readonly show?: readonly string[];
}

/** Whether what layers show under a path has one of these names. */
export const isShownAs = (names: readonly string[], path: string): boolean =>
  names.includes(path.slice(path.lastIndexOf('/') + 1));

/** Whether the parameters are those that the model declares. */
const checkDeclared = (declared: unknown, params: unknown): E.Either<ExportError, void> => {
  const described = (tree: unknown): readonly string[] =>
    entries<ParameterSpec | HostTensor>(tree).map(
      ([path, { dtype = 'float32', shape }]) => `${showPath(path)}: ${dtype} [${shape}]`,
    );
  const [expected, given] = [described(declared), described(params)];
  const wrong = expected.findIndex((text, i) => text !== given[i]);
  if (wrong < 0 && given.length === expected.length) return E.right(undefined);
  const position = wrong < 0 ? expected.length : wrong;
  return E.left(
    exportError(
      `the parameters are not those of the model: expected ${expected[position] ?? 'no more'}, got ${given[position] ?? 'none'}`,
    ),
  );
};

/**
 * A layer or a composed model with its parameters as an ONNX file, as it computes in evaluation. The input is `input`, the output
 * `output`; what layers show has its path as its name, such as `blocks/0/attention/weights`. See `exportFunction` for what the file is,
 * and for anything with other inputs and outputs.
 *
 * Errors: a `ShapeError` for an input that the model does not accept, and those of `exportFunction`.
 *
 * @example
 * const { bytes } = orThrow(exportOnnx(model, params, { input: imageShape({ height: 28, width: 28, channels: 1 }) }));
 */
export const exportOnnx = <P, I extends Axes, O extends Axes | Same>(
  model: Layer<P, I, O>,
  params: Hosts<P>,
  { input, show = [], ...options }: ExportOnnxOptions,
): E.Either<ExportError | EngineError | ShapeError, ExportedModel> =>
  pipe(
    model.init(input),
    E.chainW((declaration) => checkDeclared(declaration.params, params)),
    E.chainW(() =>
      exportFunction(
        (held: P, inputs) => {
          const { output, shown } = observe(model)(held, inputs.input, evaluation);
          return {
            output,
            ...Object.fromEntries(Object.entries(shown).filter(([path]) => isShownAs(show, path))),
          };
        },
        params,
        { ...options, inputs: { input } },
      ),
    ),
  );
