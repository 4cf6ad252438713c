import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gelu, imageShape, initialize, key, meanPool, named, orThrow, repeat, serial } from '../../src/index.js';
import { classifier, linear, patchTokens } from '../../src/layers/index.js';
import { readTensors } from '../../src/train/node/index.js';
import { loadParams, saveParams } from '../../src/train/node/params-file.js';
import { left } from '../core/harness.js';

let path = '';
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), 'vitrail-')), 'model.safetensors');
});
afterAll(() => rmSync(join(path, '..'), { recursive: true }));

const modelOf = (width: number) =>
  serial(
    named('tokens', patchTokens({ patch: 4, dim: width })),
    named('blocks', repeat(2, serial(named('up', linear(width)), gelu))),
    meanPool,
    named('classifier', classifier(3)),
  );
const declared = (width: number) => orThrow(modelOf(width).init(imageShape({ height: 8, width: 8, channels: 1 })));
const params = initialize(key(1))(declared(5).params);

test('parameters of a composed model are the same after they were saved and loaded, under their paths', async () => {
  await orThrow(saveParams(path, params));
  const loaded = await orThrow(loadParams(path, declared(5)));
  expect(loaded).toEqual(params);
  expect(loaded.blocks[1]?.up.weight.shape).toEqual([5, 5]);
  expect(Object.keys((await orThrow(readTensors(path))).tensors)).toContain('blocks/1/up/weight');
});

test('parameters of another model are refused with all differences', async () => {
  await orThrow(saveParams(path, params));
  const error = left(await loadParams(path, declared(6))());
  expect(error._tag).toBe('RestoreError');
  expect(error.message).toContain('tokens/projection/weight');
});

test('a damaged file and one that is not there are refused', async () => {
  writeFileSync(path, 'no parameters');
  expect(left(await loadParams(path, declared(5))())._tag).toBe('SafetensorsError');
  expect(left(await loadParams(`${path}.none`, declared(5))())._tag).toBe('FileError');
});

test('what is not in host memory, or does not fit its shape, is not written', async () => {
  const misfit = { ...params, classifier: { ...params.classifier, bias: { ...params.classifier.bias, shape: [4] } } };
  expect(left(await saveParams(path, misfit)()).message).toMatch(/cannot be written: .*classifier\/bias/);
  const values = { weight: { shape: [2], dtype: 'float32', dispose: () => undefined } };
  expect(left(await saveParams(path, values)()).message).toMatch(/cannot be written: .*weight/);
});
