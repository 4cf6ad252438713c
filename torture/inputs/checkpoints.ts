/** Damaged safetensors: checkpoints as bytes, checkpoints whose checksum is right and whose content is not, and files of other programs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { orThrow, sizeOf } from '../../src/core/index.js';
import { jit } from '../../src/engine/index.js';
import { loadModel } from '../../src/experiment/node/index.js';
import { sha256 } from '../../src/node/sha256.js';
import { decodeTensors, encodeTensors, type TensorFile } from '../../src/train/index.js';
import { damageBytes } from './damage-bytes.js';
import { damageJson } from './damage-json.js';
import type { InputKind, Material, Trial } from './trial.js';

const join8 = (header: Uint8Array, data: Uint8Array): Uint8Array => {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  return new Uint8Array(Buffer.concat([length, header, data]));
};

/** A file without a checksum, and the parts of it. */
const plainFile = (tensors: TensorFile['tensors']) => {
  const bytes = new Uint8Array(Buffer.concat(orThrow(encodeTensors({ tensors, metadata: { by: 'others' } }))));
  const end = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return { bytes, header: JSON.parse(Buffer.from(bytes.subarray(8, end)).toString()), data: bytes.subarray(end) };
};

const wrongSize = ({ tensors }: TensorFile): string | undefined =>
  Object.values(tensors).some(({ shape, data }) => data.length !== sizeOf(shape))
    ? 'a tensor whose numbers do not fit its shape'
    : undefined;

export const checkpointKinds = ({ run, folder }: Material): Readonly<Record<string, InputKind>> => {
  const original = readFileSync(join(run, 'spt-lsa.safetensors'));
  const whole = orThrow(decodeTensors(original, sha256));
  const contentOf = async (path: string): Promise<string> => {
    const { config, params, classes } = orThrow(await loadModel(path)());
    return sha256([Buffer.from(JSON.stringify([config, classes, params]))]);
  };
  const expected = contentOf(join(run, 'spt-lsa.safetensors'));
  const plain = plainFile(whole.tensors);
  const engine = jit({ threads: 1 })();
  const path = join(folder, 'model.safetensors');
  const image = { height: 8, width: 8, channels: 1, data: new Float32Array(64).fill(100) };

  return {
    'damaged checkpoint': {
      weight: 20,
      trial: (random): Trial => {
        const { how, bytes } = damageBytes(original, random);
        return {
          how,
          bytes: bytes.length,
          read: async () => {
            writeFileSync(path, bytes);
            const loaded = await loadModel(path)();
            if (E.isLeft(loaded)) return loaded;
            return E.right((await contentOf(path)) === (await expected) ? undefined : 'another model than was saved');
          },
        };
      },
    },
    'signed checkpoint': {
      weight: 10,
      trial: (random): Trial => {
        const part = random.pick(['info', 'info', 'progress']);
        const { how, text } = damageJson(JSON.parse(whole.metadata[part] ?? '{}'), random);
        const metadata = { ...whole.metadata, [part]: text };
        const bytes = Buffer.concat(orThrow(encodeTensors({ tensors: whole.tensors, metadata }, sha256)));
        return {
          how: `${part}: ${how}`,
          bytes: bytes.length,
          read: async () => {
            writeFileSync(path, bytes);
            const loaded = await loadModel(path)();
            if (E.isLeft(loaded)) return loaded;
            // The model of this checkpoint may take other images, which predict says.
            const predicted = await loaded.right.predict(orThrow(await engine))([image])();
            return E.isLeft(predicted) ? predicted : E.right(undefined);
          },
        };
      },
    },
    'tensors of other programs': {
      weight: 25,
      trial: (random): Trial => {
        const { how, bytes } = random.chance(0.4)
          ? damageBytes(plain.bytes, random)
          : (() => {
              const damaged = damageJson(plain.header, random);
              return { how: damaged.how, bytes: join8(Buffer.from(damaged.text), plain.data) };
            })();
        return {
          how,
          bytes: bytes.length,
          read: async () => {
            const decoded = decodeTensors(bytes, sha256);
            return E.isLeft(decoded) ? decoded : E.right(wrongSize(decoded.right));
          },
        };
      },
    },
  };
};
