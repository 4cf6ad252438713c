import { concatenation } from '../concatenate-sources.js';
import type { ImageSource, SourceData, SourceOrigin } from '../image-source.js';
import { bytesSource } from '../images-from-bytes.js';
import { range, selection } from '../select-images.js';

const isSource = (value: unknown): value is ImageSource =>
  typeof value === 'object' && value !== null && 'count' in value && 'label' in value && 'image' in value;

const fromModule = async ({ module, name, options }: SourceOrigin): Promise<ImageSource> => {
  const exports: Readonly<Record<string, unknown>> = await import(module);
  const make = exports[name];
  const made: unknown = typeof make === 'function' ? await make(options) : undefined;
  if (!isSource(made)) throw new Error(`${module}: expected '${name}' to be a function that returns an image source`);
  return made;
};

/** Rebuilds a source in a worker thread; it reads the same values as the original. Rejects if a module fails. */
export const rebuildSource = async (data: SourceData): Promise<ImageSource> => {
  switch (data.kind) {
    case 'bytes':
      return bytesSource(data);
    case 'range':
      return range(await rebuildSource(data.of), data.from, data.to);
    case 'subset':
      return selection(await rebuildSource(data.of), data.indices);
    case 'concatenation':
      return concatenation(await Promise.all(data.of.map(rebuildSource)));
    case 'module':
      return fromModule(data);
  }
};
