import fc from 'fast-check';
import type { Axes, Shape } from '../../core/axes.js';
import { showShape } from '../../core/axes.js';
import { fold, type Key, key as keyOf } from '../../core/key.js';
import type { LayerSubject } from '../layer/subject.js';
import { nestedParts, onFeatures, onTokens, type Part } from './parts.js';

/** Keys: of a seed, and some folds below it. */
export const key = (): fc.Arbitrary<Key> =>
  fc
    .tuple(fc.nat(), fc.array(fc.oneof(fc.string({ minLength: 1, maxLength: 5 }), fc.nat(9)), { maxLength: 3 }))
    .map(([seed, path]) =>
      Object.assign(
        path.reduce<Key>((parent, name) => fold(parent, name), keyOf(seed)),
        { [fc.toStringMethod]: () => [`key(${seed})`, ...path.map((name) => JSON.stringify(name))].join(' / ') },
      ),
    );

/**
 * Shapes with these axes and sizes from 1 to `max` (default: 5).
 *
 * @example
 * const inputs = arbitrary.shape(['batch', 'token', 'feature']);
 */
export const shape = <const A extends Axes>(
  axes: A,
  { max = 5 }: { readonly max?: number } = {},
): fc.Arbitrary<Shape<A>> =>
  fc
    .array(fc.integer({ min: 1, max }), { minLength: axes.length, maxLength: axes.length })
    .map((sizes) => ({ axes, sizes }));

/**
 * Layers and combinators of this library on tokens, with an input: subjects of `layerLaws`. Each prints as the expression that builds it. Those of
 * `own` are among them.
 *
 * @example
 * const laws = layerLaws(arbitrary.layer());
 */
export const layer = (...own: readonly fc.Arbitrary<Part>[]): fc.Arbitrary<LayerSubject> =>
  fc
    .record({
      part: nestedParts(fc.oneof(onFeatures, onTokens, ...own), 2),
      batch: fc.integer({ min: 1, max: 3 }),
      // With one token a masked diagonal leaves nothing to attend to.
      tokens: fc.integer({ min: 2, max: 5 }),
      width: fc.integer({ min: 3, max: 5 }),
    })
    .map(({ part, batch, tokens, width }) => {
      const input: Shape = { axes: ['batch', 'token', 'feature'], sizes: [batch, tokens, width] };
      return { layer: part.at(width), input, [fc.toStringMethod]: () => `${part.text} on ${showShape(input)}` };
    });
