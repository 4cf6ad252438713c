import * as tf from '@tensorflow/tfjs-core';
import { cube, type KernelCases, on, one, pair, truth, whole, wholes } from './case.js';

export const movementCases: KernelCases = {
  Identity: [one((x) => tf.clone(x)), whole((x) => tf.clone(x), false)],
  Cast: [
    one((x) => tf.cast(x, 'int32'), false),
    one((x) => tf.cast(x, 'bool'), false),
    whole((x) => tf.cast(x, 'float32'), false),
    whole((x) => tf.cast(tf.cast(x, 'bool'), 'float32'), false),
    truth((x) => tf.cast(tf.cast(x, 'int32'), 'float32'), false),
  ],
  Reshape: [cube((x) => tf.reshape(x, [-1, 6])), cube((x) => tf.squeeze(tf.reshape(x, [2, 1, 12])))],
  ExpandDims: [cube((x) => tf.expandDims(x, -1)), cube((x) => tf.expandDims(x, 1))],
  Transpose: [
    cube((x) => tf.transpose(x, [1, 2, 0])),
    cube((x) => tf.transpose(x)),
    cube((x) => tf.transpose(tf.transpose(x, [1, 2, 0]), [0, 2, 1])),
    truth((x) => tf.transpose(x), false),
  ],
  Slice: [cube((x) => tf.slice(x, [0, 1, 1], [2, 1, -1])), whole((x) => tf.slice(x, 1), false)],
  PadV2: [
    one((x) =>
      tf.pad(x, [
        [1, 0],
        [2, 1],
      ]),
    ),
    one((x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [2, 1],
        ],
        -1.5,
      ),
    ),
    whole(
      (x) =>
        tf.pad(
          x,
          [
            [1, 0],
            [0, 1],
          ],
          3,
        ),
      false,
    ),
  ],
  Concat: [pair((a, b) => tf.concat([a, b, a], 1)), wholes((a, b) => tf.concat([a, tf.reshape(b, [1, 4])], 0), false)],
  Pack: [pair((a, b) => tf.stack([a, b], -1)), pair((a, b) => tf.stack([a, b]))],
  Unpack: [cube((x) => tf.unstack(x, 1))],
  SplitV: [cube((x) => tf.split(x, 2, -1)), cube((x) => tf.split(x, [1, 2], 1))],
  Tile: [
    one((x) => tf.tile(x, [2, 3])),
    on([{ shape: [1, 4] }])((x) => tf.tile(x, [5, 1])),
    truth((x) => tf.tile(x, [1, 2]), false),
  ],
  BroadcastTo: [
    on([{ shape: [3, 1] }])((x) => tf.broadcastTo(x, [2, 3, 4])),
    on([{ shape: [3, 1] }])((x) => tf.sum(tf.square(tf.broadcastTo(x, [2, 3, 4])), [0, 2])),
  ],
  Reverse: [cube((x) => tf.reverse(x, [0, -1])), whole((x) => tf.reverse(x), false)],
  GatherV2: [
    cube((x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 1)),
    cube((x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [1, 0],
            [0, 0],
          ],
          [2, 2],
          'int32',
        ),
      ),
    ),
  ],
};
