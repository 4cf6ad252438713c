import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { orThrow } from '../src/core/index.js';
import { countOperations, jit } from '../src/engine/index.js';
import { emit } from '../src/engine/onnxruntime/emit.js';
import { benchmark, type Measured } from './benchmark.js';
import { none, number } from './show.js';
import { clocked, interleaved } from './timing.js';
import { batchSizes, graphOf, type MeasuredPreset, measuredPresets, stepper } from './training.js';

interface CompileRow {
  readonly preset: MeasuredPreset;
  readonly operations: number;
  readonly modelKiB: number;
  readonly traceMs: number;
  readonly emitMs: number;
  /** The time of the first call beyond tracing, emitting and a later call: it creates sessions and threads. */
  readonly sessionMs: number;
}

interface StartRow {
  readonly preset: 'quickstart';
  /** From the start of the process to the end of the first step, including loading the data. */
  readonly firstStepSeconds: number;
}

const timed = async <A>(call: () => A | Promise<A>): Promise<readonly [A, number]> => {
  const began = performance.now();
  const result = await call();
  return [result, performance.now() - began];
};

const measure = async (preset: MeasuredPreset): Promise<Measured<CompileRow>> => {
  const options = { preset, batch: batchSizes[preset], dropout: true };
  const engine = await orThrow(jit({ threads: 2 }));
  const step = stepper(engine, options);
  // Measured first, while nothing is warm, as at the start of training.
  const [, firstMs] = await timed(step);
  const later = await interleaved({ step: clocked(step) }, 3);
  const [graph, traceMs] = await timed(() => graphOf(options));
  const [model, emitMs] = await timed(() => emit(graph));
  const operations = Object.values(countOperations(graph)).reduce((sum, count) => sum + count, 0);
  const sessionMs = firstMs - traceMs - emitMs - later.step.min;
  return { rows: [{ preset, operations, modelKiB: model.bytes.length / 1024, traceMs, emitMs, sessionMs }] };
};

const root = fileURLToPath(new URL('..', import.meta.url));
const STARTS = 3;

const measureStart = async (): Promise<Measured<StartRow>> => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
  const start = (): number => Number(execFileSync('node', ['bench/first-step.mjs'], { cwd: root, encoding: 'utf8' }));
  const times = Array.from({ length: STARTS }, start);
  return { rows: [{ preset: 'quickstart', firstStepSeconds: Math.min(...times) / 1000 }] };
};

const milliseconds =
  (key: 'traceMs' | 'emitMs' | 'sessionMs' | 'operations' | 'modelKiB') =>
  (row: CompileRow | StartRow): string =>
    key in row ? number((row as CompileRow)[key]) : none;

export const compile = benchmark<CompileRow | StartRow>({
  about:
    'Compilation of a training step, with the dropout of the preset and 2 threads. Also the time from the start of the process to ' +
    `the end of the first step of the quickstart, with the built package and including loading the data (best of ${STARTS}).`,
  cases: {
    ...Object.fromEntries(measuredPresets.map((preset) => [preset, () => measure(preset)])),
    'first step, quickstart': measureStart,
  },
  columns: {
    preset: ({ preset }) => preset,
    'graph operations': milliseconds('operations'),
    'ONNX model, KiB': milliseconds('modelKiB'),
    'trace, ms': milliseconds('traceMs'),
    'emit, ms': milliseconds('emitMs'),
    'session and threads, ms': milliseconds('sessionMs'),
    'process to first step, s': (row) => ('firstStepSeconds' in row ? number(row.firstStepSeconds) : none),
  },
});
