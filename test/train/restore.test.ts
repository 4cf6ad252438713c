import { describe, expect, expectTypeOf, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { type Hosts, initialize, type Specs } from '../../src/core/declaration.js';
import { filled, float32, type HostTensor, int32 } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, showPath } from '../../src/core/tree.js';
import { quickstartModels } from '../../src/models/vit/presets.js';
import { declareVit, type VitParams, vit } from '../../src/models/vit/vit.js';
import { adamW, constantSchedule, declareState, restore, type TrainState } from '../../src/train/index.js';
import { left } from '../core/harness.js';

const config = { ...quickstartModels.sl, depth: 2, dim: 8, head: [6], mlp: { units: [8, 8], activateLast: true } };
const declaration = orThrow(declareVit(config));
const params = initialize(key(5))(declaration.params);

const byPath = (tree: unknown): Readonly<Record<string, HostTensor>> =>
  Object.fromEntries(entries<HostTensor>(tree).map(([path, tensor]) => [showPath(path), tensor]));

const differences = (changes: object) => left(restore(orThrow(declareVit({ ...config, ...changes })), byPath(params)));

describe('restore', () => {
  test('returns the structure and type of the declaration, for any order of the tensors', () => {
    const shuffled = Object.fromEntries(Object.entries(byPath(params)).reverse());
    const restored = orThrow(restore(declaration, shuffled));
    expect(restored).toEqual(params);
    expectTypeOf(restored).toExtend<Hosts<VitParams>>();
    expectTypeOf(restored.blocks[0]!.attention.query.weight).toEqualTypeOf<HostTensor>();
  });

  test('works on the whole state of training', () => {
    const optimizer = adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.1 });
    const specs: Specs<TrainState<VitParams>> = declareState(
      orThrow(vit(config).init(imageShape(config.image))),
      optimizer,
    );
    const state = initialize(key(5))(specs);
    const restored = orThrow(restore({ params: specs }, byPath(state)));
    expect(restored).toEqual(state);
    expectTypeOf(restored.step).toEqualTypeOf<HostTensor>();
    const plain = left(restore({ params: { ...specs, optimizer: {} } }, byPath(state)));
    expect(plain.missing).toEqual([]);
    expect(plain.extra.every((path) => path.startsWith('optimizer/adam/'))).toBe(true);
  });

  test('names all tensors that are missing, extra or different', () => {
    const { 'norm/scale': _, 'norm/offset': __, ...rest } = byPath(params);
    const error = left(
      restore(declaration, {
        ...rest,
        'classifier/weight': filled([10, 6], 0),
        'classifier/bias': int32([10], new Int32Array(10)),
        surplus: float32([], [1]),
      }),
    );
    expect(error).toEqual({
      _tag: 'RestoreError',
      missing: ['norm/scale', 'norm/offset'],
      extra: ['surplus'],
      mismatched: [
        { path: 'classifier/weight', expected: 'float32 [6, 10]', actual: 'float32 [10, 6]' },
        { path: 'classifier/bias', expected: 'float32 [10]', actual: 'int32 [10]' },
      ],
      message:
        'missing: norm/scale, norm/offset; not expected: surplus; different: ' +
        'classifier/weight (expected float32 [6, 10], got float32 [10, 6]), ' +
        'classifier/bias (expected float32 [10], got int32 [10])',
    });
  });

  test('lists at most ten of a kind in the message, and all in the fields', () => {
    const error = left(restore(declaration, {}));
    expect(error.missing).toEqual(Object.keys(byPath(params)));
    expect(error.message).toContain(`and ${error.missing.length - 10} more`);
    expect(error.message.split(', ')).toHaveLength(10);
  });

  test('does not mistake inherited properties of an object for tensors', () => {
    const spec = declaration.params.norm.scale;
    expect(left(restore({ params: { toString: spec, constructor: spec } }, {})).missing).toEqual([
      'toString',
      'constructor',
    ]);
  });

  test.each<[string, object, 'missing' | 'extra' | 'mismatched', RegExp]>([
    ['a wider model', { dim: 16, mlp: { units: [8, 16], activateLast: true } }, 'mismatched', /tokens/],
    ['a deeper model', { depth: 3 }, 'missing', /blocks\/2/],
    ['a shallower model', { depth: 1 }, 'extra', /blocks\/1/],
    ['another attention', { attention: { kind: 'softmax' } }, 'extra', /attention\/temperature/],
    [
      'a temperature per head',
      { attention: { kind: 'locality', temperature: 'temperature-per-head', maskDiagonal: true } },
      'mismatched',
      /temperature.*\[4\].*\[\]/,
    ],
  ])('rejects the tensors of %s', (_, changes, kind, message) => {
    const error = differences(changes);
    expect(error[kind].length).toBeGreaterThan(0);
    expect(error.message).toMatch(message);
  });
});
