import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { areSizes, type Shape } from '../../core/axes.js';
import type { ElementType } from '../onnxruntime/protobuf.js';
import { type ExportError, exportError } from './export-error.js';

/** The name of a size that is free, in the shapes of inputs and outputs. */
export const BATCH = 'batch';

/** An input of an exported model. The axis named `batch` is free, whatever its size; the others are fixed. */
export interface ExportInput extends Shape {
  /** The type of the values that the model takes. The function gets uint8 values as float32. Default: float32. */
  readonly type?: 'float32' | 'int32' | 'bool' | 'uint8';
}

export type ExportInputs = Readonly<Record<string, ExportInput>>;

/** What the function gets for its inputs. */
export type Given<Inputs extends ExportInputs> = { readonly [K in keyof Inputs]: CoreTensor };

/** An input or an output of an exported model. A size that is not fixed is a name, or '' if it has none. */
export interface ExportedValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

/** How inputs are described in the file. */
export const describeInputs = (inputs: ExportInputs): readonly ExportedValue[] =>
  Object.entries(inputs).map(([name, { axes, sizes, type = 'float32' }]) => ({
    name,
    type,
    shape: sizes.map((size, i) => (axes[i] === BATCH ? BATCH : size)),
  }));

/** Whether inputs have names and sizes, and at most one batch axis each. */
export const checkInputs = (inputs: ExportInputs): E.Either<ExportError, void> => {
  const wrong = Object.entries(inputs).flatMap(([name, { axes, sizes }]) => {
    const say = (problem: string): readonly string[] => [`the input '${name}': ${problem}`];
    if (name === '') return say('expected a name, got none');
    if (axes.length !== sizes.length)
      return say(`expected a size for each of ${axes.length} axes, got ${sizes.length}`);
    if (!areSizes(sizes)) return say(`expected sizes that are whole numbers, 0 or more, got [${sizes}]`);
    return axes.filter((axis) => axis === BATCH).length > 1 ? say('expected one batch axis, got several') : [];
  });
  const [first] = wrong;
  return first === undefined ? E.right(undefined) : E.left(exportError(first));
};

/** An input with a batch axis: its position among the inputs, and that of the axis. */
export const batchAxis = (inputs: ExportInputs) =>
  Object.entries(inputs).flatMap(([name, { axes }], position) => {
    const axis = axes.indexOf(BATCH);
    return axis < 0 ? [] : [{ name, position, axis }];
  })[0];
