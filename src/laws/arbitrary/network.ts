/**
 * Random well-typed networks, from images to tokens, vectors and logits, with sizes that fit.
 *
 * @module
 */
import fc from 'fast-check';
import { type Images, imageShape, type Shape } from '../../core/axes.js';
import { chain } from '../../core/internal/chain.js';
import type { AnyLayer } from '../../core/layer.js';
import { named } from '../../core/named.js';
import { classifier, classPool, classToken, flatten, meanPool, sequencePool } from '../../layers/index.js';
import type { LayerSubject } from '../layer/subject.js';
import { chained, nestedParts, onFeatures, onImages, onTokens, type Part, tokenizers } from './parts.js';

/** A whole network, as a subject of `layerLaws`. */
export interface Network extends LayerSubject {
  /** The expression that builds it. */
  readonly text: string;
  readonly input: Shape<Images>;
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

interface Size {
  readonly image: Parameters<typeof imageShape>[0];
  readonly patch: number;
  readonly dim: number;
}

const networkOf = ({ image, patch, dim }: Size, own: readonly fc.Arbitrary<Part>[]): fc.Arbitrary<Network> =>
  fc
    .record({
      batch: fc.integer({ min: 1, max: 3 }),
      classes: fc.integer({ min: 2, max: 6 }),
      stem: fc.array(onImages, { maxLength: 2 }).map(chained),
      tokenizer: tokenizers(patch, dim),
      front: fc.boolean(),
      body: fc.array(nestedParts(fc.oneof(onFeatures, onTokens, ...own), 2), { maxLength: 3 }).map(chained),
      pool: poolings,
      head: fc.array(nestedParts(onFeatures, 1), { maxLength: 2 }).map(chained),
    })
    .map(({ batch, classes, stem, tokenizer, front, body, pool, head }) => {
      const tokens = (image.height / patch) * (image.width / patch) + (front ? 1 : 0);
      const stages: readonly (readonly [string, string, AnyLayer])[] = [
        ['stem', stem.text, stem.at(image.channels)],
        ['tokens', tokenizer.text, tokenizer.at(dim)],
        ...(front ? [['class', 'classToken', classToken()] as const] : []),
        ['body', body.text, body.at(dim)],
        ['pool', pool.text, pool.at(dim)],
        ['head', head.text, head.at(pool.width(tokens, dim))],
        ['classifier', `classifier(${classes})`, classifier(classes)],
      ];
      const input = imageShape(image, batch);
      const text = `[${input.sizes.join(', ')}] → ${stages.map(([, each]) => each).join(' → ')}`;
      return {
        text,
        layer: chain(stages.map(([name, , layer]) => named(name, layer))),
        input,
        classes,
        [fc.toStringMethod]: () => text,
      };
    });

/**
 * Networks of a few parts, on a few small images: through convolutions and pooling, from patches to tokens, through blocks, to logits. A network prints as the expression
 * that builds it, and shrinks to fewer and simpler parts. Those of `own` are among the blocks.
 *
 * @example
 * const own = fc.constant(arbitrary.part('relu', () => relu));
 * const laws = layerLaws(arbitrary.network(own));
 */
export const network = (...own: readonly fc.Arbitrary<Part>[]): fc.Arbitrary<Network> =>
  fc
    .record({
      patch: fc.integer({ min: 2, max: 3 }),
      // At least two tokens, since a masked diagonal leaves a single one nothing to attend to.
      down: fc.integer({ min: 1, max: 2 }),
      across: fc.integer({ min: 2, max: 3 }),
      channels: fc.integer({ min: 1, max: 2 }),
      dim: fc.integer({ min: 3, max: 5 }),
    })
    .chain(({ patch, down, across, channels, dim }) =>
      networkOf({ image: { height: patch * down, width: patch * across, channels }, patch, dim }, own),
    );
