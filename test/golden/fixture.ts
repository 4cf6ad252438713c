/** The golden values: files that `generate/` writes from other implementations. */
import { readFileSync } from 'node:fs';
import { tensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { expect } from 'vitest';
import type { Declaration } from '../../src/core/declaration.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { map, showPath } from '../../src/core/tree.js';
import { sha256 } from '../../src/node/sha256.js';
import { decodeTensors } from '../../src/train/safetensors/index.js';

/** Host tensors by name. */
export type Named = Readonly<Record<string, HostTensor>>;

export interface Fixture {
  readonly tensors: Named;
  /** The generator and its options. */
  readonly about: (name: string) => unknown;
  /** The source of the values: `tf.keras 2.15.1` */
  readonly source: string;
}

export const fixture = (name: string): Fixture => {
  const file = decodeTensors(readFileSync(new URL(`./fixtures/${name}.safetensors`, import.meta.url)), sha256);
  if (E.isLeft(file))
    throw new Error(`${name}: ${file.left.message}. See test/golden/generate/README.md to generate it again.`);
  const { tensors, metadata } = file.right;
  return {
    tensors,
    about: (key) => JSON.parse(metadata[key]!),
    source: metadata.source!,
  };
};

/** The tensors under a prefix, named without it. */
export const within = (tensors: Named, name: string): Named =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([key, value]) =>
      key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), value]] : [],
    ),
  );

/** The golden tensors as the declared parameters of a layer: all of them, in the same shapes. */
export const asParams = <P>({ params }: Declaration<P>, named: Named) => {
  const paths: string[] = [];
  const found = map<{ readonly shape: readonly number[] }, HostTensor>((spec, path) => {
    const name = showPath(path);
    paths.push(name);
    expect(named[name]?.shape, name).toEqual(spec.shape);
    return named[name]!;
  })(params);
  expect(Object.keys(named).sort()).toEqual(paths.sort());
  return found;
};

export const toTensor = ({ data, shape, dtype }: HostTensor) => tensor(data, [...shape], dtype);
