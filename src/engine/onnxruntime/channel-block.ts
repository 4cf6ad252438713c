import type { InferenceSession } from 'onnxruntime-node';
import { encodeModel } from './protobuf.js';
import type { Runtime } from './runtime.js';
import { sessionOptions } from './session-options.js';

// More than the blocks of any processor.
const CHANNELS = 64;

/**
 * How many channels the runtime's own convolutions take together. They want images in which the numbers of a pixel for so many channels
 * lie side by side, which depends on the processor: 16 with AVX-512, 8 with AVX2. `undefined` where the runtime has none.
 */
export const channelBlock = (runtime: Runtime): Promise<number | undefined> => {
  const found = known.get(runtime) ?? measured(runtime);
  known.set(runtime, found);
  return found;
};

const known = new WeakMap<Runtime, Promise<number | undefined>>();

// Reorders two pixels whose numbers count up: the block ends where the second pixel of the first channel is.
const measured = async (runtime: Runtime): Promise<number | undefined> => {
  const shape = [1, CHANNELS, 1, 2];
  const bytes = encodeModel({
    nodes: [{ operator: 'ReorderInput', inputs: ['images'], outputs: ['blocks'], inBlocks: true }],
    constants: [],
    inputs: [{ name: 'images', type: 'float32', shape }],
    outputs: [{ name: 'blocks', type: 'float32', shape }],
  });
  const session = await openedIfKnown(runtime, bytes);
  if (session === undefined) return undefined;
  const images = new runtime.Tensor(
    'float32',
    Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i),
    shape,
  );
  const { blocks } = await session.run({ images });
  await session.release();
  const position = blocks?.data instanceof Float32Array ? blocks.data.indexOf(1) : -1;
  return position > 1 && position <= CHANNELS ? position : undefined;
};

// A processor without such convolutions has no such operator.
const openedIfKnown = (runtime: Runtime, bytes: Uint8Array): Promise<InferenceSession | undefined> =>
  runtime.InferenceSession.create(bytes, sessionOptions(1, false)).catch(() => undefined);
