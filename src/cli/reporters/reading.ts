import { Presets, SingleBar } from 'cli-progress';
import type { ImageProgress } from '../../data/node/images/read-image-folder.js';
import { whole } from '../text.js';

/** Shows how many images of a folder have been read: a bar on a terminal, one line elsewhere, nothing where none are read. */
export const readingDisplay = (
  print: (line: string) => void,
): { readonly onProgress: (progress: ImageProgress) => void; readonly end: () => void } => {
  const format = 'reading images  {bar}  {value} of {total}';
  const bar = new SingleBar({ format, barsize: 24, hideCursor: true, fps: 8, gracefulExit: false }, Presets.rect);
  let begun = false;
  return {
    onProgress: ({ images, of }) => {
      if (!begun && process.stdout.isTTY === true) bar.start(of, 0);
      if (!begun && process.stdout.isTTY !== true) print(`reading ${whole(of)} images`);
      begun = true;
      bar.update(images);
    },
    end: () => bar.stop(),
  };
};
