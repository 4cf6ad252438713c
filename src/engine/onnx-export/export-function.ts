import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Hosts } from '../../core/declaration.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { hostTensorProblem } from '../../core/host-tensor-problem.js';
import { entries, showPath } from '../../core/tree.js';
import type { EngineError } from '../engine.js';
import { writeFree } from './any-batch.js';
import { assemble, type ExportedModel, type FileOptions, type Named } from './assemble.js';
import { type ExportError, exportError } from './export-error.js';
import { checkInputs, type ExportInputs, type Given } from './export-input.js';
import { writeFor } from './written.js';

export interface ExportFunctionOptions<Inputs extends ExportInputs = ExportInputs> extends FileOptions {
  /** The inputs by name. */
  readonly inputs: Inputs;
}

const checkParams = (params: unknown): E.Either<ExportError, Named> => {
  const named = entries<HostTensor>(params).map(([path, tensor]) => [showPath(path), tensor] as const);
  const wrong = named.flatMap(([name, tensor]) => {
    const problem = hostTensorProblem(tensor);
    return problem === undefined ? [] : [`the parameter ${name} ${problem}`];
  });
  const [first] = wrong;
  return first === undefined ? E.right(named) : E.left(exportError(first));
};

/**
 * A pure function of parameters and named inputs as an ONNX file (opset 18, IR version 8: ONNX 1.13 and newer), with standard operators
 * only. The parameters are initializers under their paths (`blocks/0/norm/scale`), and the outputs have the paths of the result. The axis
 * `batch` of an input is free: the function is traced with two sizes of batch, and what differs between them is computed when the model
 * runs.
 *
 * Errors: an `EngineError` for a function that cannot be compiled; an `ExportError` for one whose numbers depend on how many examples there
 * are (such as draws for each of them), for names that clash, and for a model above 2 GB.
 *
 * @example
 * const doubled = exportFunction(
 *   (params: { readonly factor: Tensor }, { x }) => ({ y: tf.mul(x, params.factor) }),
 *   { factor: float32([], [2]) },
 *   { inputs: { x: { axes: ['batch', 'feature'], sizes: [1, 3] } } },
 * );
 */
export const exportFunction = <P, const Inputs extends ExportInputs>(
  f: (params: P, inputs: Given<Inputs>) => unknown,
  params: Hosts<P>,
  { inputs, ...options }: ExportFunctionOptions<Inputs>,
): E.Either<ExportError | EngineError, ExportedModel> =>
  pipe(
    E.Do,
    E.bind('named', () => checkParams(params)),
    E.chainFirst(() => checkInputs(inputs)),
    E.bindW('written', ({ named }) => writeFree(writeFor(f, params, inputs), inputs, named.length)),
    E.chainW(({ named, written }) => assemble(written, named, inputs, options)),
  );
