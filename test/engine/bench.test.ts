import { test } from 'vitest';
import { key, fold } from '../../src/core/key.js';
import { jit } from '../../src/engine/jit/jit.js';
import { flops, countOperations } from '../../src/engine/jit/graph/graph.js';
import { traceGraph } from '../../src/engine/jit/trace/trace.js';
import { right } from './engines.js';
import { stepArgs, trainingStep } from './training-step.js';
import * as E from 'fp-ts/lib/Either.js';
test('bench', async () => {
  const sizes = { batch: 64, tokens: 49, inputs: 64, width: 64, heads: 4, blocks: 4, classes: 10 };
  const args = stepArgs(sizes);
  const engine = await right(jit({ threads: 2 }));
  const graph = traceGraph(trainingStep(sizes), args as never);
  if (E.isRight(graph)) console.log('gflop', flops(graph.right)/1e9, JSON.stringify(countOperations(graph.right)));
  const step = engine.compile(trainingStep(sizes), { donate: ['state'] });
  let state: any = engine.fromHost(args.state);
  const { x, labels } = args;
  const batch = engine.fromHost({ x, labels });
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    const t = performance.now();
    const out = await right(step({ state, ...batch } as never, fold(key(1), i)));
    state = (out as any).state;
    times.push(performance.now() - t);
    if (i === 0 ) console.log('first', times[0]);
    if (i === 59) console.log('loss', (await right(engine.toHost((out as any).loss)) as any).data[0]);
  }
  const s = times.slice(5).sort((a, b) => a - b);
  console.log('min', s[0]!.toFixed(1), 'median', s[s.length >> 1]!.toFixed(1));
}, 200000);
