/** The state of an optimizer is all that it remembers: written to a file and read again, it continues to the same bits. */
import type fc from 'fast-check';
import { orThrow } from '../../core/or-throw.js';
import { differingBits, onCpu, tensorOf, treeOf } from '../internal/tensors.js';
import { throughFile } from '../internal/through-file.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { argumentsAfter, type HostArguments, type OptimizerCase, type UpdateArguments, updateWith } from './subject.js';

const resumedProblem = ({ optimizer, params }: OptimizerCase, hosts: HostArguments): Problem => {
  const state = orThrow(throughFile(optimizer.init(params), hosts.state));
  const [resumed, continued] = [{ ...hosts, state }, hosts].map((given) =>
    updateWith(optimizer)(treeOf<UpdateArguments>(tensorOf, given)),
  );
  const different = differingBits(resumed, continued);
  return different && `an update with restored state is another than without a break: ${different}`;
};

/** State that is saved and restored gives the same bits. */
export const stateSurvivesACheckpoint = (cases: fc.Arbitrary<OptimizerCase>): Law =>
  makeLaw({
    name: 'state survives a checkpoint',
    cases,
    problemOf: async (given) => {
      const hosts = await argumentsAfter(given, 2);
      return onCpu(() => resumedProblem(given, hosts));
    },
    lookAt: 'the state that init declares: records and lists, with a tensor at each leaf',
    runs: 1,
  });
