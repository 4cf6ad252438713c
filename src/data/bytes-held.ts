import type { ImageSource, SourceData } from './image-source.js';

/** The bytes of the images that sources hold in memory, each once. Sources of your own decode images when they are read and count as 0. */
export const bytesHeld = (sources: readonly ImageSource[]): number => {
  const held = new Set(sources.flatMap(({ threadData }) => (threadData === undefined ? [] : pixelsOf(threadData))));
  return [...held].reduce((sum, { byteLength }) => sum + byteLength, 0);
};

const pixelsOf = (data: SourceData): readonly ArrayBufferLike[] => {
  switch (data.kind) {
    case 'bytes':
      return [data.pixels.buffer];
    case 'range':
    case 'subset':
      return pixelsOf(data.of);
    case 'concatenation':
      return data.of.flatMap(pixelsOf);
    case 'module':
      return [];
  }
};
