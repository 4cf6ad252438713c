/** The elements of a batch do not see each other. */
import { slice, type Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import type { Shape } from '../../core/axes.js';
import { showShape } from '../../core/axes.js';
import { evaluation } from '../../core/context.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { map, showPath } from '../../core/tree.js';
import { doubleTensor, inDoublePrecision } from '../internal/double-precision.js';
import { differingLeaf, differingNumber, largest, numbersOf, onCpu } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type LayerCase, type Sample, withSample } from './subject.js';

const BATCH = 3;

const ofBatch = ({ axes, sizes }: Shape, batch: number): Shape => ({ axes, sizes: [batch, ...sizes.slice(1)] });

const declarationProblem = (given: LayerCase, { declaration }: Sample): Problem => {
  const { input, layer } = given;
  if (input.axes[0] !== 'batch') return `the first axis of the input must be 'batch', got ${showShape(input)}`;
  const declared = layer.init(ofBatch(input, 1));
  if (declared._tag === 'Left') return `init refuses a batch of one: ${declared.left.message}`;
  const one = declared.right;
  const different = differingLeaf(one.params, declaration.params);
  if (different !== undefined) return `the parameters depend on the size of the batch: ${different}`;
  if (String(one.draws.map(showPath)) !== String(declaration.draws.map(showPath)))
    return 'the draws depend on the size of the batch';
  const output = ofBatch(declaration.output, 1);
  return declaration.output.axes[0] === 'batch' && showShape(one.output) === showShape(output)
    ? undefined
    : `for a batch of one expected the output ${showShape(output)}, got ${showShape(one.output)}`;
};

const elementsProblem = ({ layer, params, x }: Sample): Problem => {
  const tensors = map<HostTensor, Tensor>(doubleTensor)(params);
  const batch = doubleTensor(x);
  const element = (tensor: Tensor, i: number): Tensor => {
    const rest = tensor.shape.slice(1);
    return slice(tensor, [i, ...rest.map(() => 0)], [1, ...rest]);
  };
  const together: Tensor = layer.apply(tensors, batch, evaluation);
  const allowed = 1e-9 * largest(numbersOf(together));
  for (let i = 0; i < BATCH; i++) {
    const alone = numbersOf(layer.apply(tensors, element(batch, i), evaluation));
    const different = differingNumber(numbersOf(element(together, i)), alone, allowed);
    if (different !== undefined)
      return `output ${different.at} of element ${i} is ${different.actual} in its batch, and ${different.expected} alone`;
  }
  return undefined;
};

/** In evaluation an element of a batch gives the same alone. Of what is declared, only the output and the macs depend on the size of the batch. */
export const batchIsIndependent = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'the elements of a batch are independent',
    cases: cases.map((given) => ({ ...given, input: ofBatch(given.input, BATCH) })),
    problemOf: (given) =>
      withSample(
        given,
        (sample) => declarationProblem(given, sample) ?? onCpu(() => inDoublePrecision(() => elementsProblem(sample))),
      ),
    lookAt: 'reductions, products and reshapes over the first axis in apply, and sizes[0] in init',
    runs: 2,
  });
