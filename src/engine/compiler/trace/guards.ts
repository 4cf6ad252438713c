import { engine, Variable } from '@tensorflow/tfjs-core';
import { withOverrides } from '../../../core/tfjs/with-overrides.js';
import { refusal } from '../../internal/refusal.js';

const OPERATION = /^(.*)__op$/;

// tfjs opens a scope named after each operation; the outermost one is what the user called.
const operationUnderWay = (): string | undefined =>
  engine()
    .state.scopeStack.map(({ name }) => OPERATION.exec(name)?.[1])
    .find((name) => name !== undefined);

const random = (): number => {
  const operation = operationUnderWay();
  throw refusal(
    'baked-in-randomness',
    `${operation === undefined ? 'Math.random' : `tf.${operation}`} draws a random number while the function is traced, which would be the same on every call: draw from the key (uniform, normal, bernoulli)`,
  );
};

const variable = (what: string): never => {
  throw refusal(
    'variable',
    `a tf.variable is ${what} in a traced function, where the update would be lost: return the new value instead`,
  );
};

/** Runs `body` with everything refused that a trace would silently freeze or lose. */
export const guarded = <R>(body: () => R): R =>
  withOverrides(Math, { random }, () =>
    withOverrides(Variable.prototype, { assign: () => variable('assigned') }, () =>
      withOverrides(engine(), { makeVariable: () => variable('made') }, body),
    ),
  );
