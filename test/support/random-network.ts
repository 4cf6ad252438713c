/**
 * Random well-typed networks, from images to tokens, vectors and logits, with sizes that fit. A network prints as the
 * expression that builds it, and shrinks to fewer and simpler parts.
 *
 * @module
 */
import fc from 'fast-check';
import { imageShape, type Shape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { drawOnHost } from '../../src/core/draws.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { fold, key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { map } from '../../src/core/tree.js';
import { classifier, classPool, classToken, flatten, meanPool, sequencePool } from '../../src/layers/index.js';
import { untyped } from '../core/harness.js';
import { chained, nestedParts, onFeatures, onTokens, type Part, tokenizers } from './random-parts.js';

export interface Network {
  readonly text: string;
  readonly layer: AnyLayer;
  readonly input: Shape;
  readonly classes: number;
  readonly [fc.toStringMethod]: () => string;
}

interface Pooling extends Part {
  /** The width of a vector made of this many tokens of a width. */
  readonly width: (tokens: number, width: number) => number;
}
const pooling = (text: string, layer: AnyLayer, width: Pooling['width']): Pooling => ({ text, at: () => layer, width });
const poolings = fc.constantFrom(
  pooling('meanPool', meanPool, (_, width) => width),
  pooling('classPool', classPool, (_, width) => width),
  pooling('sequencePool', sequencePool(), (_, width) => width),
  pooling('flatten', flatten, (tokens, width) => tokens * width),
);

const network = (
  {
    height: rows,
    width: columns,
    channels,
  }: { readonly height: number; readonly width: number; readonly channels: number },
  patch: number,
  dim: number,
): fc.Arbitrary<Network> =>
  fc
    .record({
      batch: fc.integer({ min: 1, max: 3 }),
      classes: fc.integer({ min: 2, max: 6 }),
      tokenizer: tokenizers(patch, dim),
      front: fc.boolean(),
      body: fc.array(nestedParts(fc.oneof(onFeatures, onTokens), 2), { maxLength: 3 }).map(chained),
      pool: poolings,
      head: fc.array(nestedParts(onFeatures, 1), { maxLength: 2 }).map(chained),
    })
    .map(({ batch, classes, tokenizer, front, body, pool, head }) => {
      const tokens = (rows / patch) * (columns / patch) + (front ? 1 : 0);
      const stages: readonly (readonly [string, string, AnyLayer])[] = [
        ['tokens', tokenizer.text, tokenizer.at(dim)],
        ...(front ? [['class', 'classToken', classToken()] as const] : []),
        ['body', body.text, body.at(dim)],
        ['pool', pool.text, pool.at(dim)],
        ['head', head.text, head.at(pool.width(tokens, dim))],
        ['classifier', `classifier(${classes})`, classifier(classes)],
      ];
      const text = `[${batch}, ${rows}, ${columns}, ${channels}] → ${stages.map(([, each]) => each).join(' → ')}`;
      return {
        text,
        layer: untyped(serial)(...stages.map(([name, , layer]) => named(name, layer))),
        input: imageShape({ height: rows, width: columns, channels }, batch),
        classes,
        [fc.toStringMethod]: () => text,
      };
    });

/** Networks of a few parts, on a few small images. */
export const randomNetwork: fc.Arbitrary<Network> = fc
  .record({
    patch: fc.integer({ min: 2, max: 3 }),
    // At least two tokens, since a masked diagonal leaves a single one nothing to attend to.
    down: fc.integer({ min: 1, max: 2 }),
    across: fc.integer({ min: 2, max: 3 }),
    channels: fc.integer({ min: 1, max: 2 }),
    dim: fc.integer({ min: 3, max: 5 }),
  })
  .chain(({ patch, down, across, channels, dim }) =>
    network({ height: patch * down, width: patch * across, channels }, patch, dim),
  );

/**
 * The initial parameters of a network with a little noise, so that zeros and ones hide nothing. With more noise, the
 * engines' rounding errors would grow too large in a deep network without norms.
 */
export const parametersOf = ({ layer, input }: Network): unknown =>
  map<HostTensor, HostTensor>((leaf, path) => {
    const noise = drawOnHost(path.reduce(fold, key(9)), { kind: 'normal' }, leaf.shape).data;
    return { ...leaf, data: Float32Array.from(leaf.data, (value, i) => value + 0.1 * noise[i]!) };
  })(initialize(key(8))(orThrow(layer.init(input)).params));
