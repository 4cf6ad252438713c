/** Each law of transforms finds what it is for. */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { drawOnHost } from '../../src/core/host-draws.js';
import { blank, defineTransform } from '../../src/data/index.js';
import { transformLaws } from '../../src/laws/index.js';
import { testFindings } from './broken.js';

type Options = Parameters<typeof defineTransform<'brighten', { readonly by: number }>>[0];

/** Adds `by` times a random number. */
const options: Options = {
  kind: 'brighten',
  settings: t.type({ by: t.number }),
  apply:
    ({ by }) =>
    (key, image) => {
      const [share = 0] = drawOnHost(key, { kind: 'uniform' }, [1]).data;
      return { ...image, data: image.data.map((value) => value + by * share) };
    },
};
const cropped: NonNullable<Options['evaluate']> = () => (image) => blank({ ...image, height: 1 });

let calls = 0;

const size = 'an image has the declared size and finite values';
const same = 'the same key gives the same image';

const broken: readonly (readonly [what: string, changes: Partial<Options>, law: string])[] = [
  ['another size in training', { apply: () => (_, image) => ({ ...image, height: image.height + 1 }) }, size],
  [
    'another size in evaluation',
    {
      apply: (settings) => (_, image) => cropped(settings)(image),
      outputSize: () => (input) => ({ ...input, height: 1 }),
    },
    size,
  ],
  ['too few values', { apply: () => (_, image) => ({ ...image, data: image.data.slice(1) }) }, size],
  [
    'a division by zero',
    { apply: () => (_, image) => ({ ...image, data: image.data.map((value) => value / 0) }) },
    size,
  ],
  [
    'a random number that is not of the key',
    { apply: () => (_, image) => ({ ...image, data: image.data.map((value) => value * Math.random()) }) },
    same,
  ],
  ['a counter', { evaluate: () => (image) => ({ ...image, data: image.data.map((value) => value + calls++) }) }, same],
  ['random in evaluation', { phase: 'always' }, "a transform of the phase 'always' is not random"],
  [
    'the pixels are changed in place',
    {
      apply: () => (_, image) => {
        image.data.fill(3);
        return image;
      },
    },
    'the image that it takes is left as it is',
  ],
  [
    'adapted to a setting that JSON does not have',
    { adapt: () => E.right({ by: Number.POSITIVE_INFINITY }), apply: () => (_, image) => image },
    'the settings survive JSON',
  ],
  [
    'adapting adds up',
    { adapt: ({ by }, source) => E.right({ by: by + source.count }) },
    'adapting again changes nothing',
  ],
  [
    'a module that does not export it',
    { module: new URL('../data/posterize.ts', import.meta.url).href },
    'a worker thread finds the same transform',
  ],
];

testFindings(
  (changes) =>
    transformLaws({ definition: defineTransform({ ...options, ...changes }), transform: { kind: 'brighten', by: 9 } }),
  [
    ['a transform', {}],
    [
      'one that crops',
      {
        apply: (settings) => (_, image) => cropped(settings)(image),
        evaluate: cropped,
        outputSize: () => (input) => ({ ...input, height: 1 }),
      },
    ],
  ],
  broken,
);
