/**
 * 04: patches and shifts, drawn. A vision transformer sees an image as a sequence of patches. Shifted patch tokenization (Lee et al. 2021)
 * lays the image and four shifted copies on top of each other first, so that every token sees half a patch beyond its borders.
 *
 *     npx tsx examples/04-patches-and-shifts.ts [patch] [images]
 *
 * It writes output/04-patches.png. Each row is an image: whole, cut into patches, and the four copies cut in the same way.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AnyLayer, Images, Tensor } from 'vitrail/core';
import { countParameters, evaluation, imageShape, orThrow, serial } from 'vitrail/core';
import { type Image, stackImages } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { patches, patchTokens, shiftedPatchTokens, shiftedViews, shifts } from 'vitrail/layers';
import { montage } from 'vitrail/plot';

const [patch = 4, count = 4] = process.argv.slice(2).map(Number);
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const images = Array.from({ length: count }, (_, i) => dataset.test.image(i));

// The two layers of the tokenizer that have no parameters: copies that are moved by half a patch, then patches.
const directions = shifts('diagonal', 'keras');
const cut = serial(shiftedViews(directions, Math.floor(patch / 2)), patches(patch));
const input = imageShape({ height: 28, width: 28, channels: 1 });
const { output } = orThrow(cut.init(input));
const [, tokens = 0, numbers = 0] = output.sizes;
console.log(`${tokens} tokens of ${numbers} numbers: ${patch} × ${patch} pixels of ${1 + directions.length} views`);

// A layer is a function of tensors, so any engine can run it, compiled or not.
const { engine } = orThrow(await chooseEngine('auto')());
const compiled = engine.compile(({ x }: { readonly x: Tensor<Images> }) => cut.apply({}, x, evaluation));
const x = orThrow(stackImages(images));
const { data } = await orThrow(engine.toHost(await orThrow(compiled(engine.fromHost({ x })))));

/** One patch of one view: the views are the channels of a token, which come last. */
const patchOf = (image: number, token: number, view: number): Image => {
  const from = (image * tokens + token) * numbers;
  const pixels = Array.from({ length: patch * patch }, (_, i) => data[from + i * (1 + directions.length) + view] ?? 0);
  return { height: patch, width: patch, channels: 1, data: Float32Array.from(pixels) };
};

/** An image of patches with a white line between them. */
const glazed = (image: number, view: number): Image => {
  const side = 28 / patch;
  const line = patch + 1;
  const size = side * line - 1;
  const pixels = new Float32Array(size * size).fill(255);
  for (let token = 0; token < tokens; token++)
    patchOf(image, token, view).data.forEach((value, i) => {
      const row = Math.floor(token / side) * line + Math.floor(i / patch);
      const column = (token % side) * line + (i % patch);
      pixels[row * size + column] = value;
    });
  return { height: size, width: size, channels: 1, data: pixels };
};

const rows = images.map((image, i) => [
  image,
  ...[0, ...directions.map((_, d) => d + 1)].map((view) => glazed(i, view)),
]);
const folder = new URL('output/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('04-patches.png', folder), orThrow(montage(rows, { scale: 3, gap: 6 })));

// The tokenizers with their projection: what each costs.
const tokenizers: Readonly<Record<string, AnyLayer>> = {
  patches: patchTokens({ patch, dim: 64 }),
  'shifted, cardinal': shiftedPatchTokens({ patch, dim: 64, directions: 'cardinal' }),
  'shifted, diagonal': shiftedPatchTokens({ patch, dim: 64, directions: 'diagonal' }),
  'shifted, all': shiftedPatchTokens({ patch, dim: 64, directions: 'all' }),
};
console.table(
  Object.entries(tokenizers).map(([tokenizer, layer]) => {
    const declaration = orThrow(layer.init(input));
    return { tokenizer, parameters: countParameters(declaration), macs: declaration.macs };
  }),
);
