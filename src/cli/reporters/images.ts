import { Presets, SingleBar } from 'cli-progress';
import type { ImageProgress } from '../../data/node/images/read-image-folder.js';
import { whole } from '../text.js';

/** Shows how many images have been read or evaluated: a bar on a terminal, one line elsewhere, nothing where there are none. */
export const imagesDisplay = (
  verb: 'reading' | 'evaluating',
  print: (line: string) => void,
): { readonly onProgress: (progress: ImageProgress) => void; readonly end: () => void } => {
  const format = `${verb} images  {bar}  {value} of {total}`;
  const bar = new SingleBar({ format, barsize: 24, hideCursor: true, fps: 8, gracefulExit: false }, Presets.rect);
  let begun = false;
  return {
    onProgress: ({ images, of }) => {
      if (!begun && process.stdout.isTTY === true) bar.start(of, 0);
      if (!begun && process.stdout.isTTY !== true) print(`${verb} ${whole(of)} images`);
      begun = true;
      bar.update(images);
    },
    end: () => bar.stop(),
  };
};
