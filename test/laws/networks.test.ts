/** The laws of random layers and of random networks, composed of all layers and combinators. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitrary, layerLaws } from '../../src/laws/index.js';
import { engineTable } from '../support/engine-table.js';

const network = arbitrary.network();

test('the networks contain every layer and combinator', () => {
  const texts = fc.sample(network, 150).map(({ text }) => text);
  for (const name of [
    ...['patchTokens', 'shiftedPatchTokens', 'classToken', 'positionEmbedding', 'identity', 'gelu', 'dense', 'linear'],
    ...['layerNorm', 'dropout', 'dropPath', 'mlp', 'selfAttention', 'localityAttention', 'meanPool', 'classPool'],
    ...[
      'conv(',
      'depthwiseConv',
      'maxPool',
      'averagePool',
      'sequencePool',
      'batchNorm',
      'layerScale',
      'rollTokens',
      'flatten',
      'classifier',
      'residual',
      'repeat',
      'fanOut(add',
      'fanOut(concatenate',
    ],
  ])
    expect(texts.filter((text) => text.includes(name)).length, name).toBeGreaterThan(3);
  expect(new Set(texts).size).toBeGreaterThan(140);
});

const engines = engineTable.map(([, make]) => make);

describe('random networks', () => {
  for (const law of layerLaws(network, { engines })) test(law.name, () => law.check({ numRuns: 25 }));
});

describe('random layers on tokens', () => {
  for (const law of layerLaws(arbitrary.layer(), { engines })) test(law.name, () => law.check({ numRuns: 15 }));
});
