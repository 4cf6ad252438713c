import type { Benchmark } from './benchmark.js';
import { compile } from './compile.js';
import { convolution } from './convolution.js';
import { data } from './data.js';
import { memory } from './memory.js';
import { peers } from './peers.js';
import { predict } from './predict.js';
import { random } from './random.js';
import { step } from './step.js';

/** All benchmarks by name, in the order of a full run. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  step,
  peers,
  convolution,
  predict,
  compile,
  random,
  data,
  memory,
};
