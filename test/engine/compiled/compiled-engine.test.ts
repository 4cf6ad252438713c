/** The shared part of compiled engines, tested with a fake back end. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { normal } from '../../../src/core/draws.js';
import { float32, type HostTensor } from '../../../src/core/host-tensor.js';
import { type Key, key } from '../../../src/core/key.js';
import type { BackEnd, Program } from '../../../src/engine/compiled/back-end.js';
import { compiledEngine } from '../../../src/engine/compiled/compiled-engine.js';
import { drawWordsAt } from '../../../src/engine/compiled/draw-words.js';
import type { Compiled } from '../../../src/engine/engine.js';
import { expectError, right } from '../engines.js';

interface Args {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/** A back end whose programs are `program`, which returns one output; it counts compilations. */
const backEnd = (program: Program<HostTensor>): BackEnd<HostTensor> & { readonly compiled: () => number } => {
  let compiled = 0;
  return {
    name: 'made up',
    threads: 3,
    load: (tensor) => tensor,
    read: async (tensors) => tensors,
    compiler: () => () => async () => {
      compiled++;
      return E.right(program);
    },
    compiled: () => compiled,
  };
};

const sum = ({ x, y }: Args): tf.Tensor => tf.add(x, y);
const hosts = { x: float32([2], [1, 2]), y: float32([2], [3, 4]) };

const ended = async <A, B>(compiled: Compiled<A, B>, args: Parameters<typeof compiled>[0]): Promise<string> => {
  const result = await compiled(args)();
  return E.isLeft(result) ? `${result.left.kind}: ${result.left.message}` : 'right';
};

test('donated values are gone as soon as the program runs, and the others remain', async () => {
  let finish = (): void => {};
  let started = (): void => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const engine = compiledEngine(
    backEnd(async ([x]) => {
      started();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return [x!];
    }),
  );
  const args = engine.fromHost(hosts);
  const result = ended(engine.compile(sum, { donate: ['x'] }), args);
  await running;
  await expectError(engine.toHost(args), 'donated-value', /^x was donated/);
  expect(await right(engine.toHost(args.y))).toEqual(hosts.y);
  finish();
  expect(await result).toBe('right');
  await expectError(engine.toHost(args), 'donated-value', /^x was donated/);
});

test.each([
  ['come back if the program fails', false],
  ['are lost if the program fails while it overwrites them', true],
])('donated values %s', async (_, overwrites) => {
  const engine = compiledEngine(
    backEnd(async (_args, { donated, onOverwrite }) => {
      expect([...donated]).toEqual([0]);
      if (overwrites) onOverwrite();
      throw new Error('broken pane');
    }),
  );
  const args = engine.fromHost(hosts);
  const run = engine.compile(sum, { donate: ['x'] });
  expect(await ended(run, args)).toBe('runtime: the runtime failed: broken pane');
  if (overwrites) await expectError(engine.toHost(args), 'donated-value', /^x was donated/);
  else expect(await right(engine.toHost(args))).toEqual(hosts);
});

test('a value that is also another argument is donated, but not overwritten', async () => {
  const engine = compiledEngine(
    backEnd(async ([x], { donated }) => {
      expect([...donated]).toEqual([]);
      return [x!];
    }),
  );
  const { x } = engine.fromHost(hosts);
  expect(await ended(engine.compile(sum, { donate: ['x'] }), { x, y: x })).toBe('right');
  await expectError(engine.toHost(x), 'donated-value', /donated/);
});

test('programs run one at a time, and one is compiled for each signature', async () => {
  let running = 0;
  const most: number[] = [];
  const made = backEnd(async ([x]) => {
    most.push(++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    return [x!];
  });
  const engine = compiledEngine(made);
  expect([engine.name, engine.threads]).toEqual(['made up', 3]);
  const run = engine.compile(sum);
  const other = { x: float32([1], [1]), y: float32([1], [2]) };
  const calls = [hosts, hosts, other, hosts, other].map((each) => ended(run, engine.fromHost(each)));
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 5 }, () => 'right'));
  expect(most).toEqual([1, 1, 1, 1, 1]);
  expect(made.compiled()).toBe(2);
});

test('a function that draws gets the words of its key, and an error without one', async () => {
  const engine = compiledEngine(
    backEnd(async ([x], call) => {
      drawWordsAt(call.key, []);
      return [x!];
    }),
  );
  const noisy = engine.compile(({ x }: Args, k: Key) => tf.add(x, normal(k, [2])));
  const args = engine.fromHost(hosts);
  expect(E.isRight(await noisy(args, key(1))())).toBe(true);
  // As plain JavaScript may call it.
  const keyless = noisy as never as Compiled<Args, tf.Tensor>;
  expect(await ended(keyless, args)).toBe(
    'runtime: the runtime failed: this function draws random numbers: call it with a key',
  );
});

test('a compiled function that is disposed closes its programs, after calls that came before', async () => {
  const order: string[] = [];
  const program = Object.assign(
    async ([x]: readonly HostTensor[]) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push('called');
      return [x!];
    },
    { close: async () => void order.push('closed') },
  );
  const made = backEnd(program);
  const engine = compiledEngine(made);
  const compiled = engine.compile(sum);
  const first = compiled(engine.fromHost(hosts))();
  engine.dispose({ compiled, notCompiled: () => {} });
  engine.dispose(compiled);
  expect(E.isRight(await first)).toBe(true);
  expect(await ended(compiled, engine.fromHost(hosts))).toBe('right');
  expect(order).toEqual(['called', 'closed', 'called']);
  expect(made.compiled()).toBe(2);
});
