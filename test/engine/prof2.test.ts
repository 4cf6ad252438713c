import { test } from 'vitest';
import * as fs from 'node:fs';
import { key, fold } from '../../src/core/key.js';
import { emit } from '../../src/engine/jit/onnx/emit.js';
import { traceGraph } from '../../src/engine/jit/trace/trace.js';
import { drawWords } from '../../src/core/draws.js';
import { leaves } from '../../src/core/tree.js';
import { follow } from '../../src/core/key.js';
import { stepArgs, trainingStep } from './training-step.js';
import * as ort from 'onnxruntime-node';
import * as tf from '@tensorflow/tfjs';
test('prof', async () => {
  await tf.ready();
  const sizes = { batch: 64, tokens: 49, inputs: 64, width: 64, heads: 4, blocks: 4, classes: 10 };
  const args = stepArgs(sizes);
  const graph = (traceGraph(trainingStep(sizes), args as never) as any).right;
  const model = emit(graph);
  const flat = leaves<any>(args);
  const run = async (prof: boolean, n: number, opts = {}) => {
    const s = await ort.InferenceSession.create(model.bytes, { intraOpNumThreads: 2, interOpNumThreads: 1, enableMemPattern: false, enableProfiling: prof, profileFilePrefix: '/tmp/ortprof', logSeverityLevel: 3, ...opts } as any);
    const feeds = Object.fromEntries(model.inputs.map(({ name, node, source }) => { const h: any = source.kind === 'argument' ? flat[source.position] : drawWords(follow([1,2], source.way), source.distribution, node.shape); return [name, new ort.Tensor(h.dtype, h.data, h.shape)]; }));
    const times: number[] = [];
    for (let i = 0; i < n; i++) { const t = performance.now(); await s.run(feeds); times.push(performance.now() - t); }
    if (prof) (s as any).endProfiling();
    const q = times.slice(3).sort((a, b) => a - b);
    return `min ${q[0]!.toFixed(1)} med ${q[q.length >> 1]!.toFixed(1)}`;
  };
  for (let r = 0; r < 3; r++) console.log(process.env['MM'], await run(false, 60));
}, 200000);
