import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../core/config.js';
import type { ParameterSpec } from '../core/declaration.js';
import type { HostTensor } from '../core/host-tensor.js';
import { zeros } from '../core/initializers.js';
import { filter, map } from '../core/tree.js';
import { tensorsByPath } from './checkpoint.js';
import { type Optimizer, trainedBy } from './optimizer/optimizer.js';
import { restore } from './restore.js';
import { stepSpec } from './step.js';

/** What an optimizer and the step count hold for parameters in host memory, declared. */
export const declareRest = (params: unknown, optimizer: Optimizer) => {
  const specs = map<HostTensor, ParameterSpec>(({ shape }) => ({ axes: [], shape, initializer: zeros }))(params);
  return { optimizer: optimizer.init(filter(trainedBy(optimizer))(specs)), step: stepSpec };
};

/** Checks that a state to start from is that of this optimizer for the parameters beside it. */
export const checkState = (
  { params, ...rest }: { readonly params: unknown },
  optimizer: Optimizer,
): E.Either<ConfigError, void> =>
  pipe(
    restore({ params: declareRest(params, optimizer) }, tensorsByPath(rest)),
    E.bimap(
      ({ message }) =>
        configError(
          'start.state',
          `expected the state of this optimizer for these parameters, got another: ${message}`,
        ),
      () => undefined,
    ),
  );
