import { matMul, sum, type Tensor2D } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { drawOnHost } from '../core/draws.js';
import { key } from '../core/key.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { Prepared } from './prepare.js';

/** The side of the product that is timed. */
const SIZE = 1024;
const TIMES = 3;

/** Of the rate of a large matrix product, what a training step reaches: 45 % to 67 % in bench/RESULTS.md. */
const UTILIZATION = 0.5;

/** The backward pass has two products for each of the forward pass. */
const STEP = 3;

/** Multiply-accumulates of all models over a run, from its first step to the test. */
const work = ({ config, models, train, validation, dataset }: Prepared): number =>
  models.reduce((total, { declaration }) => {
    const images = config.epochs * (STEP * train.count + validation.count) + dataset.test.count;
    return total + declaration.macs * images;
  }, 0);

/**
 * How many seconds a run is expected to take, from the time of a matrix product on the engine, which is measured: about a tenth of a
 * second. Undefined for an eager engine, whose products take the smaller part of the time.
 */
export const expectedSeconds =
  (prepared: Prepared, engine: Engine): TE.TaskEither<EngineError, number | undefined> =>
  async () => {
    if (engine.name.startsWith('eager')) return E.right(undefined);
    const matrix = drawOnHost(key(0), { kind: 'normal' }, [SIZE, SIZE]);
    const product = engine.compile(({ a, b }: { readonly a: Tensor2D; readonly b: Tensor2D }) => ({
      // Its sum alone, so that no large output is copied.
      total: sum(matMul(a, b)),
    }));
    const args = engine.fromHost({ a: matrix, b: matrix });
    // Mutable: the shortest time so far. The first call compiles.
    let best = Number.POSITIVE_INFINITY;
    try {
      for (let call = 0; call <= TIMES; call++) {
        const start = performance.now();
        const made = await product(args)();
        if (E.isLeft(made)) return made;
        engine.dispose(made.right);
        if (call > 0) best = Math.min(best, performance.now() - start);
      }
    } finally {
      engine.dispose(args);
    }
    return E.right((work(prepared) * best) / 1000 / (SIZE ** 3 * UTILIZATION));
  };
