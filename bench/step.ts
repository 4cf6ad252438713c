/**
 * One training step, whole: forward, backward, AdamW, metrics. Beside it the floor, which is the time that its matrix
 * products alone would take at the best rate that a product reaches in this process.
 *
 *     npm run bench -- step                 # all rows
 *     npm run bench -- step quickstart      # one preset
 *     npm run bench -- step --json          # one line of JSON a row
 */
import * as tf from '@tensorflow/tfjs-core';
import { drawOnHost, float32, type HostTensor, int32, key, orThrow, sample } from '../src/core/index.js';
import { type Engine, flops, jit, traceGraph } from '../src/engine/index.js';
import { presets } from '../src/experiment/index.js';
import { declareVit, type VitConfig, vit } from '../src/models/index.js';
import { adamW, constantRate, declareState, trainStep } from '../src/train/index.js';
import { interleaved, type Timing } from './timing.js';

interface Row {
  readonly preset: 'keras-published' | 'paper' | 'quickstart';
  readonly batch: number;
  readonly threads: number;
  readonly dropout: boolean;
}

const rows: readonly Row[] = (['quickstart', 'paper', 'keras-published'] as const).flatMap((preset) =>
  [2, 1].flatMap((threads) =>
    [false, true].map((dropout) => ({ preset, batch: preset === 'paper' ? 128 : 64, threads, dropout })),
  ),
);

const withoutDropout = (config: VitConfig): VitConfig => ({
  ...config,
  dropRates: { attention: 0, mlp: 0, path: 0, representation: 0, head: 0 },
});

/** A step ready to be called again and again, and the floating-point operations of its products for one image. */
const stepOf = (engine: Engine, { preset, batch, dropout }: Row) => {
  const published = presets[preset].models.at(-1)!.config;
  const config = dropout ? published : withoutDropout(published);
  const optimizer = adamW({ schedule: constantRate(1e-3), weightDecay: 0.05 });
  const step = trainStep(vit(config), optimizer);
  const { rows: height, columns, channels } = config.image;
  const hosts = {
    state: sample(key(1))(declareState(orThrow(declareVit(config)), optimizer)),
    batch: {
      images: drawOnHost(key(2), { kind: 'normal' }, [batch, height, columns, channels]),
      labels: int32(
        [batch],
        Int32Array.from({ length: batch }, (_, i) => i % config.classes),
      ),
    },
  };
  const compiled = engine.compile(step, { donate: ['state'] });
  let { state } = engine.fromHost(hosts);
  const images = engine.fromHost(hosts.batch);
  let calls = 0;
  const run = async (): Promise<void> => {
    const next = await orThrow(compiled({ state, batch: images } as never, key(calls++)));
    state = next.state as typeof state;
  };
  return { run, operations: flops(orThrow(traceGraph(step, hosts as never))) / batch };
};

/** The best rate of a square product, in operations a millisecond. */
const productRate = async (engine: Engine): Promise<number> => {
  const n = 1024;
  const matrix: HostTensor = float32([n, n], drawOnHost(key(3), { kind: 'normal' }, [n, n]).data);
  const product = engine.compile(({ a, b }: { readonly a: tf.Tensor2D; readonly b: tf.Tensor2D }) => ({
    // The sum keeps the copy of an output out of the time.
    sum: tf.sum(tf.matMul(a, b)),
  }));
  const args = engine.fromHost({ a: matrix, b: matrix });
  const { min } = await interleaved({ product: async () => void (await orThrow(product(args, key(0)))) }, 30).then(
    ({ product: timing }) => timing!,
  );
  return (2 * n ** 3) / min;
};

const report = (row: Row, { min, median }: Timing, floorMs: number, json: boolean): void => {
  const share = floorMs / min;
  if (json) {
    const msPerImage = { min, median };
    console.log(JSON.stringify({ bench: 'step', engine: 'jit', ...row, msPerImage, floorMs, floorShare: share }));
  } else {
    const what = `${row.preset.padEnd(16)} batch ${row.batch}, ${row.threads} thread${row.threads > 1 ? 's' : ' '}, ${row.dropout ? 'with   ' : 'without'} dropout`;
    const times = `${min.toFixed(2)} min, ${median.toFixed(2)} median ms/image`;
    console.log(`${what}  ${times}  floor ${floorMs.toFixed(2)}, reached ${(100 * share).toFixed(0)} %`);
  }
};

export const step = async (wanted: readonly string[], json: boolean): Promise<void> => {
  for (const row of rows.filter(({ preset }) => wanted.length === 0 || wanted.includes(preset))) {
    const engine = await orThrow(jit({ threads: row.threads }));
    const { run, operations } = stepOf(engine, row);
    await run();
    const rate = await productRate(engine);
    const { timed } = await interleaved({ timed: run }, row.preset === 'keras-published' ? 8 : 20);
    const perImage = { min: timed!.min / row.batch, median: timed!.median / row.batch };
    report(row, perImage, operations / rate, json);
  }
};
