// The requirements of the setup. All are checked before anything is downloaded.
import { statfsSync } from 'node:fs';
import { compiler } from './build.mjs';
import { execute, Stop, stop } from './shell.mjs';

const present = (program, args, what) => {
  try {
    execute(program, args);
  } catch (error) {
    if (error instanceof Stop) stop(`${what}\n(${error.message})`);
    throw error;
  }
};

// Peak disk usage, measured and rounded up: wheels and their unpacked files.
const GIGABYTES = { cpu: 1.5, gpu: 8 };

export const checkNeeds = (cache, gpu) => {
  present('npm', ['--version'], 'npm is required. It comes with Node: put it on the PATH');
  present('python3', ['--version'], 'python3 is required to download TensorFlow (not afterwards): install Python 3');
  present(
    'python3',
    ['-m', 'pip', '--version'],
    'pip is required to download TensorFlow: install it (apt install python3-pip, or python3 -m ensurepip)',
  );
  present(
    compiler(),
    ['--version'],
    'a C++17 compiler is required: install g++ (apt install g++) or clang, or set CXX to one',
  );
  const { bavail, bsize } = statfsSync(cache);
  const [needed, free] = [gpu ? GIGABYTES.gpu : GIGABYTES.cpu, (bavail * bsize) / 1e9];
  if (free < needed) {
    stop(
      `${cache} has ${free.toFixed(1)} GB free, but ${needed} GB are required: free some space, or set VITRAIL_CACHE to another folder`,
    );
  }
};
