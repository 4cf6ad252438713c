/** A layer is its parameters: written to a file and read again, they compute the same. */
import type fc from 'fast-check';
import { evaluation } from '../../core/context.js';
import { orThrow } from '../../core/or-throw.js';
import { differingNumber, numbersOf, onCpu, tensorOf, tensorsOf } from '../internal/tensors.js';
import { throughFile } from '../internal/through-file.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type LayerCase, type Sample, withSample } from './subject.js';

const checkpointProblem = ({ layer, declaration, params, x }: Sample): Problem => {
  const restored = orThrow(throughFile(declaration.params, params));
  const [before, after] = [params, restored].map((given) =>
    numbersOf(layer.apply(tensorsOf(given), tensorOf(x), evaluation)),
  );
  const different = differingNumber(after ?? [], before ?? []);
  return (
    different && `output ${different.at} was ${different.expected}, and is ${different.actual} with restored parameters`
  );
};

/** Parameters that are saved and restored give the same bits. */
export const survivesACheckpoint = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'parameters survive a checkpoint',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => checkpointProblem(sample))),
    lookAt:
      'the parameters that init declares: records and lists, with a tensor at each leaf, as initializers give them',
    runs: 1,
  });
