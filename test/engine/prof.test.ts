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
  console.log('draw ms', (() => { const t = performance.now(); for (const i of model.inputs) if (i.source.kind === 'draw') drawWords([1, 2], i.source.distribution, i.node.shape); return performance.now() - t; })());
  console.log('default', await run(false, 40));
  console.log('mem', await run(false, 40, { enableMemPattern: true }));
  console.log('nospin', await run(false, 40, { extra: { session: { intra_op: { allow_spinning: '0' } } } }));
  console.log('ext', await run(false, 40, { graphOptimizationLevel: 'extended' }));
  console.log('1t', await run(false, 20, { intraOpNumThreads: 1 }));
  await run(true, 10);
  const f = fs.readdirSync('/tmp').filter((n) => n.startsWith('ortprof')).sort().at(-1)!;
  const ev = JSON.parse(fs.readFileSync('/tmp/' + f, 'utf8')).filter((e: any) => e.cat === 'Node' && e.name.endsWith('_kernel_time'));
  const by: Record<string, number[]> = {};
  for (const e of ev) { const k = e.args.op_name; (by[k] ??= [0, 0]); by[k]![0]! += e.dur / 10000; by[k]![1]! += 0.1; }
  console.log(Object.entries(by).sort((a, b) => b[1][0]! - a[1][0]!).slice(0, 22).map(([k, [t, n]]) => `${k} ${t!.toFixed(2)} ms x${n!.toFixed(0)}`).join('\n'));
  const per: Record<string, number> = {};
  for (const e of ev) per[e.name + ' ' + JSON.stringify(e.args.input_type_shape)] = (per[e.name + ' ' + JSON.stringify(e.args.input_type_shape)] ?? 0) + e.dur / 10000;
  console.log(Object.entries(per).sort((a, b) => b[1] - a[1]).slice(0, 24).map(([k, t]) => `${t.toFixed(2)} ${k}`).join('\n'));
}, 200000);
