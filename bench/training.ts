import { drawOnHost, initialize, int32, key, orThrow } from '../src/core/index.js';
import { type Engine, flops, type Graph, traceGraph } from '../src/engine/index.js';
import { presets } from '../src/experiment/index.js';
import { declareModel, type ModelConfig } from '../src/models/index.js';
import { adamW, classification, constantSchedule, declareState, trainStep } from '../src/train/index.js';

/** The presets that differ in their models, with the batch at which they are measured. */
export const batchSizes = { quickstart: 64, paper: 128, 'keras-published': 64, cct: 64 } as const;
export type MeasuredPreset = keyof typeof batchSizes;
export const measuredPresets = Object.keys(batchSizes) as readonly MeasuredPreset[];

const withoutDropout = (config: ModelConfig): ModelConfig =>
  config.kind === 'vit'
    ? { ...config, dropRates: { attention: 0, mlp: 0, path: 0, representation: 0, head: 0 } }
    : { ...config, dropRates: { attention: 0, tokens: 0, path: 0 } };

/** The preset's model with shifted patch tokens and locality attention; of `cct` the one without, which its authors published. */
export const modelOf = (preset: MeasuredPreset, dropout: boolean): ModelConfig => {
  const { config } = presets[preset].models.at(preset === 'cct' ? 0 : -1)!;
  return dropout ? config : withoutDropout(config);
};

export interface StepOptions {
  readonly preset: MeasuredPreset;
  readonly batch: number;
  readonly dropout: boolean;
}

/**
 * One training step as a function, and arguments for it. The learning rate is so small that the one batch is not memorized
 * while it is measured: the numbers stay ordinary.
 */
export const stepOf = ({ preset, batch, dropout }: StepOptions) => {
  const config = modelOf(preset, dropout);
  const optimizer = adamW({ schedule: constantSchedule(1e-5), weightDecay: 0.05 });
  const objective = orThrow(classification({ classes: config.classes }));
  const { model, declaration } = orThrow(declareModel(config));
  const { height, width, channels } = config.image;
  return {
    step: trainStep({ model, objective, optimizer }),
    hosts: {
      state: initialize(key(1))(declareState(declaration, optimizer)),
      batch: {
        input: drawOnHost(key(2), { kind: 'normal' }, [batch, height, width, channels]),
        target: int32(
          [batch],
          Array.from({ length: batch }, (_, i) => i % config.classes),
        ),
      },
    },
  };
};

/** The graph of a step: nothing runs. */
export const graphOf = (options: StepOptions): Graph => {
  const { step, hosts } = stepOf(options);
  return orThrow(traceGraph(step, hosts));
};

/** Floating-point operations of the matrix products of a step, for one image. */
export const operationsPerImage = (options: StepOptions): number => flops(graphOf(options)) / options.batch;

/** A step that can be run again and again. Each call returns the loss, read on the host as training does. */
export const stepper = (engine: Engine, options: StepOptions): (() => Promise<number>) => {
  const { step, hosts } = stepOf(options);
  const compiled = engine.compile(step, { donate: ['state'] });
  // The state of the last call: what a loop of training holds.
  let state = engine.fromHost(hosts.state);
  const batch = engine.fromHost(hosts.batch);
  let calls = 0;
  return async () => {
    const next = await orThrow(compiled({ state, batch }, key(calls++)));
    state = next.state;
    const { loss } = await orThrow(engine.toHost(next.metrics));
    engine.dispose(next.metrics);
    return loss.data[0]!;
  };
};
