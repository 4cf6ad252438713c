import '../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { evaluation } from '../../src/core/context.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { map } from '../../src/core/tree.js';
import type { VitConfig } from '../../src/models/vit/config.js';
import { kerasModels, officialModels } from '../../src/models/vit/presets.js';
import { declareVit, vit } from '../../src/models/vit/vit.js';
import { bits, build, byPath, expectClose, left, noise, tensorOf } from '../core/harness.js';
import * as oracle from './oracle.js';

interface Norm {
  readonly scale: oracle.Vector;
  readonly offset: oracle.Vector;
}
interface Dense {
  readonly weight: oracle.Matrix;
  readonly bias: oracle.Vector;
}
type Mlp = readonly { readonly dense: Dense }[];
interface Params {
  readonly tokens: { readonly norm?: Norm; readonly projection: Dense };
  readonly class?: { readonly token: oracle.Vector };
  readonly position: { readonly table: oracle.Matrix };
  readonly blocks: readonly {
    readonly attention: Pick<oracle.Attention, 'query' | 'key' | 'value' | 'output'> & {
      readonly norm: Norm;
      readonly temperature?: number;
      readonly scale?: oracle.Vector;
    };
    readonly mlp: { readonly norm: Norm; readonly layers: Mlp };
  }[];
  readonly norm: Norm;
  readonly head?: Mlp;
  readonly classifier: Dense;
}

const small = {
  image: { height: 12, width: 12, channels: 3 },
  classes: 5,
  patch: 4,
  dim: 6,
  depth: 2,
  heads: 2,
  headDim: 4,
} as const;

const images = imageShape(small.image, 2);
const given = noise(21, images.sizes);
const batch = oracle.nested<readonly oracle.Image[]>(given);

const built = (config: VitConfig) => {
  const model = vit(config);
  const { hosts, params } = build(model, images);
  return {
    logits: bits(model.apply(params, tensorOf(given) as never, evaluation)),
    params: map<HostTensor, unknown>(oracle.nested)(hosts) as unknown as Params,
    paths: Object.keys(byPath(hosts)),
  };
};

const norm = (rows: oracle.Matrix, { scale, offset }: Norm, epsilon: number): oracle.Matrix =>
  oracle.layerNorm(rows, scale, offset, epsilon);

/** The Keras example, line by line of its `create_vit_classifier`. */
const keras = (image: oracle.Image, params: Params, vanilla: boolean): oracle.Vector => {
  const half = small.patch / 2;
  const shifted = oracle.channels([
    image,
    oracle.lookAside(image, half, half),
    oracle.lookAside(image, -half, half),
    oracle.lookAside(image, half, -half),
    oracle.lookAside(image, -half, -half),
  ]);
  const patches = oracle.patches(vanilla ? image : shifted, small.patch);
  const { norm: patchNorm, projection } = params.tokens;
  const tokens = oracle.dense(vanilla ? patches : norm(patches, patchNorm!, 1e-6), projection.weight, projection.bias);
  const encoded = params.blocks.reduce(
    (patchesSoFar, { attention, mlp }) => {
      const x1 = norm(patchesSoFar, attention.norm, 1e-6);
      const { output } = oracle.attention(x1, {
        ...attention,
        heads: small.heads,
        temperature: () => (vanilla ? Math.sqrt(small.headDim) : attention.temperature!),
        maskDiagonal: !vanilla,
      });
      const x2 = oracle.add(output, patchesSoFar);
      const layers = mlp.layers.map(({ dense }) => dense);
      return oracle.add(oracle.mlp(norm(x2, mlp.norm, 1e-6), layers, true), x2);
    },
    oracle.add(tokens, params.position.table),
  );
  const representation = norm(encoded, params.norm, 1e-6).flat();
  const head = params.head!.map(({ dense }) => dense);
  const features = oracle.mlp([representation], head, true);
  return oracle.dense(features, params.classifier.weight, params.classifier.bias)[0]!;
};

/** The official ViT: pre-norm blocks with a class token; the head is a norm and a linear map on that token. */
const official = (image: oracle.Image, params: Params, sl: boolean): oracle.Vector => {
  const half = small.patch / 2;
  const shifted = oracle.channels([
    image,
    oracle.lookAside(image, -half, -half),
    oracle.lookAside(image, -half, half),
    oracle.lookAside(image, half, -half),
    oracle.lookAside(image, half, half),
  ]);
  const patches = oracle.patches(sl ? shifted : image, small.patch);
  const { norm: patchNorm, projection } = params.tokens;
  const tokens = oracle.dense(sl ? norm(patches, patchNorm!, 1e-5) : patches, projection.weight, projection.bias);
  const encoded = params.blocks.reduce(
    (x, { attention, mlp }) => {
      const { output } = oracle.attention(norm(x, attention.norm, 1e-5), {
        ...attention,
        heads: small.heads,
        temperature: (head) => (sl ? 1 / attention.scale![head]! : Math.sqrt(small.headDim)),
        maskDiagonal: sl,
      });
      const x2 = oracle.add(output, x);
      const layers = mlp.layers.map(({ dense }) => dense);
      return oracle.add(oracle.mlp(norm(x2, mlp.norm, 1e-5), layers, false), x2);
    },
    oracle.add([params.class!.token, ...tokens], params.position.table),
  );
  const [first] = norm(encoded, params.norm, 1e-5);
  return oracle.dense([first!], params.classifier.weight, params.classifier.bias)[0]!;
};

describe('the whole model computes the logits of its definition', () => {
  const kerasConfig = { ...small, mlp: { units: [9, 6], activateLast: true }, head: [8, 7] };
  const officialConfig = { ...small, mlp: { units: [9, 6], activateLast: false } };

  test.each([
    ['vanilla', kerasModels.vanilla, true],
    ['SPT + LSA', kerasModels.sl, false],
  ])('Keras, %s', (_, preset, vanilla) => {
    const { logits, params } = built({ ...preset, ...kerasConfig });
    expectClose(logits, oracle.flat(batch.map((image) => keras(image, params, vanilla))), 2e-5);
  });

  test.each([
    ['ViT', officialModels.vanilla, false],
    ['SL-ViT', officialModels.sl, true],
  ])('official, %s', (_, preset, sl) => {
    const { logits, params, paths } = built({ ...preset, ...officialConfig });
    expectClose(logits, oracle.flat(batch.map((image) => official(image, params, sl))), 2e-5);
    expect(paths.filter((path) => path.startsWith('blocks/0/attention') && path.endsWith('bias'))).toEqual([
      'blocks/0/attention/output/bias',
    ]);
  });
});

describe('invalid models are rejected, with the path', () => {
  test.each<[string, Partial<VitConfig>, readonly string[]]>([
    ['a patch', { patch: 5 }, ['tokens']],
    ['the width of the MLP', { mlp: { units: [9, 7], activateLast: true } }, ['blocks', '0', 'mlp']],
    ['one token under the mask', { patch: 12 }, ['blocks', '0', 'attention']],
  ])('%s', (_, change, path) => {
    const error = left(
      declareVit({ ...kerasModels.sl, ...small, mlp: { units: [9, 6], activateLast: true }, ...change }),
    );
    expect(error._tag).toBe('ShapeError');
    expect(error.path).toEqual(path);
    expect(error.message).toContain(path.join('/'));
  });
});
