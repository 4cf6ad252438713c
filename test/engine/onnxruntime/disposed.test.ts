/** Worker threads forget disposed values at once, also while a call that uses them runs. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { filled } from '../../../src/core/host-tensor.js';
import { jit } from '../../../src/engine/onnxruntime/jit.js';
import { right } from '../engines.js';

interface Args {
  readonly weight: tf.Tensor2D;
  readonly batch: { readonly x: tf.Tensor2D };
}

const product = ({ weight, batch }: Args) => tf.sum(tf.matMul(batch.x, weight), 1);

test('calls before, during and after a disposal', async () => {
  const engine = await right(jit({ threads: 2, dividedFrom: 0 }));
  const compiled = engine.compile(product);
  // 1 MB and more is in shared memory from the start.
  const hosts = (value: number) => ({ weight: filled([600, 600], value), batch: { x: filled([8, 600], 1) } });
  const sums = async (task: ReturnType<typeof compiled>) =>
    Array.from((await right(engine.toHost(await right(task)))).data);
  const expected = (value: number) => Array.from({ length: 8 }, () => 600 * 600 * value);

  const [first, second] = [engine.fromHost<Args>(hosts(1)), engine.fromHost<Args>(hosts(2))];
  expect(await sums(compiled(first))).toEqual(expected(1));
  const running = sums(compiled(second));
  engine.dispose(first);
  const next = sums(compiled(second));
  expect(await running).toEqual(expected(2));
  expect(await next).toEqual(expected(2));
  engine.dispose(second);
  expect(await sums(compiled(engine.fromHost<Args>(hosts(3))))).toEqual(expected(3));
});
