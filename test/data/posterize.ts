import * as t from 'io-ts';
import { drawOnHost } from '../../src/core/host-draws.js';
import { blank, defineTransform } from '../../src/data/index.js';

/** A user-defined transform: reduces the number of gray levels, at a random offset. */
export const posterize = defineTransform({
  kind: 'posterize',
  settings: t.type({ levels: t.number }),
  apply:
    ({ levels }) =>
    (key, image) => {
      const [offset = 0] = drawOnHost(key, { kind: 'uniform' }, [1]).data;
      const data = image.data.map((value) => (Math.floor((value * levels) / 256 + offset) * 256) / levels);
      return { ...blank(image), data };
    },
  module: import.meta.url,
});

/** A user-defined transform that also runs in evaluation and changes the size: every second column. */
export const halve = defineTransform({
  kind: 'halve',
  settings: t.type({}),
  phase: 'always',
  outputSize: () => (input) => ({ ...input, width: Math.ceil(input.width / 2) }),
  apply: () => (_, image) => {
    const { height, width, channels, data } = image;
    const size = { height, width: Math.ceil(width / 2), channels };
    const kept = data.filter((_value, i) => (Math.floor(i / channels) % width) % 2 === 0);
    return { ...size, data: kept };
  },
  module: import.meta.url,
});
