import { engine, Variable } from '@tensorflow/tfjs-core';
import { withOverrides } from '../../../core/tfjs/with-overrides.js';
import { refusal } from '../../internal/refusal.js';

const OPERATION = /^(.*)__op$/;

// tfjs opens a scope named after each operation; the outermost one is the operation that the user called.
const currentOperation = (): string | undefined =>
  engine()
    .state.scopeStack.map(({ name }) => OPERATION.exec(name)?.[1])
    .find((name) => name !== undefined);

const random = (): number => {
  const operation = currentOperation();
  throw refusal(
    'baked-in-randomness',
    `${operation === undefined ? 'Math.random' : `tf.${operation}`} draws a random number during tracing, and every call would use that one number: draw from the key (uniform, normal, bernoulli)`,
  );
};

const variable = (what: string): never => {
  throw refusal(
    'variable',
    `a tf.variable is ${what} in a traced function, and the update would be lost: return the new value instead`,
  );
};

/** Runs `body` and refuses side effects that a trace would silently drop or turn into constants. */
export const guarded = <R>(body: () => R): R =>
  withOverrides(Math, { random }, () =>
    withOverrides(Variable.prototype, { assign: () => variable('assigned') }, () =>
      withOverrides(engine(), { makeVariable: () => variable('created') }, body),
    ),
  );
