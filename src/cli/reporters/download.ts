import { Presets, SingleBar } from 'cli-progress';
import type { DownloadProgress } from '../../data/node/receive.js';

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

/** Shows how far a download is: a bar on a terminal, one line elsewhere, nothing where nothing is downloaded. */
export const downloadDisplay = (
  name: string,
  print: (line: string) => void,
): { readonly onProgress: (progress: DownloadProgress) => void; readonly end: () => void } => {
  const format = `downloading ${name}  {bar}  {value} of {total} MB`;
  const bar = new SingleBar({ format, barsize: 24, hideCursor: true, fps: 8, gracefulExit: false }, Presets.rect);
  let begun = false;
  return {
    onProgress: ({ received, total }) => {
      const size = megabytes(total ?? received);
      if (!begun && process.stdout.isTTY === true) bar.start(size, 0);
      if (!begun && process.stdout.isTTY !== true) print(`downloading ${name}, ${size} MB`);
      begun = true;
      bar.setTotal(size);
      bar.update(megabytes(received));
    },
    end: () => bar.stop(),
  };
};
