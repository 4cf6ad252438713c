// What the setup needs of the machine, each looked for before anything is downloaded.
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

// Measured, and rounded up: the most that lies there at one time, wheels and what is unpacked of them.
const GIGABYTES = { cpu: 1.5, gpu: 8 };

export const checkNeeds = (cache, gpu) => {
  present('npm', ['--version'], 'npm is needed, which comes with Node: put it on the PATH');
  present(
    'python3',
    ['--version'],
    'python3 is needed to fetch TensorFlow (it is not used afterwards): install Python 3',
  );
  present(
    'python3',
    ['-m', 'pip', '--version'],
    'pip is needed to fetch TensorFlow: install it (apt install python3-pip, or python3 -m ensurepip)',
  );
  present(
    compiler(),
    ['--version'],
    'a C++17 compiler is needed: install g++ (apt install g++) or clang, or name one in CXX',
  );
  const { bavail, bsize } = statfsSync(cache);
  const [needed, free] = [gpu ? GIGABYTES.gpu : GIGABYTES.cpu, (bavail * bsize) / 1e9];
  if (free < needed) {
    stop(
      `${cache} has ${free.toFixed(1)} GB free and ${needed} GB are needed: make room, or name another folder in VITRAIL_CACHE`,
    );
  }
};
