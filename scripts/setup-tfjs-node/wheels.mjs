// The wheels of the Python Package Index that contain the libraries for tfjs-node. They are built for one version of Python,
// which does not matter: none of their Python code is used.
import { rmSync, writeFileSync } from 'node:fs';
import { execute, stop } from './shell.mjs';

/** The default version, and the only one with checksums. */
export const TENSORFLOW = '2.18.1';

/** SHA-256 by requirement, one per platform that has a wheel. */
const checksums = {
  'tensorflow-cpu==2.18.1': ['810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298'],
  'tensorflow==2.18.1': [
    'c9f87e5d2a680a4595f5dc30daf6bbaec9d4129b46d7ef1b2af63c46ac7d2828',
    '8a6485edd2148f70d011dbd1d8dc2c775e91774a5a159466e83d0d1f21580944',
    '661029cd769b311db910b79a3a6ef50a5a61ecc947172228c777a49989722508',
  ],
  'nvidia-cublas-cu12==12.5.3.2': ['ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b'],
  'nvidia-cuda-cupti-cu12==12.5.82': ['bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953'],
  'nvidia-cuda-nvcc-cu12==12.5.82': ['b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0'],
  'nvidia-cuda-nvrtc-cu12==12.5.82': ['3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd'],
  'nvidia-cuda-runtime-cu12==12.5.82': ['3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115'],
  'nvidia-cudnn-cu12==9.3.0.75': ['9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d'],
  'nvidia-cufft-cu12==11.2.3.61': ['9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8'],
  'nvidia-curand-cu12==10.3.6.82': ['2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536'],
  'nvidia-cusolver-cu12==11.6.3.83': ['93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b'],
  'nvidia-cusparse-cu12==12.5.1.3': ['016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752'],
  'nvidia-nccl-cu12==2.21.5': ['8579076d30a8c24988834445f8d633c697d42397e92ffc3f63fa26766d25e0a0'],
  'nvidia-nvjitlink-cu12==12.5.82': ['f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212'],
};

// pip matches platform tags exactly: it does not accept a wheel for glibc 2.17 on 2.18, so all tags are listed.
const glibc = Array.from({ length: 12 }, (_, i) => `manylinux_2_${17 + i}`);
const linux = (machine) => ['manylinux2014', ...glibc].map((version) => `${version}_${machine}`);

/** By platform: the tags of its wheels, their packages and the libraries of TensorFlow. Only Linux on x64 has a CUDA build. */
const platforms = {
  'linux-x64': {
    tags: linux('x86_64'),
    cpu: 'tensorflow-cpu',
    gpu: 'tensorflow',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    tested: true,
  },
  'linux-arm64': {
    tags: linux('aarch64'),
    cpu: 'tensorflow',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    tested: false,
  },
  'darwin-arm64': {
    tags: ['macosx_12_0_arm64'],
    cpu: 'tensorflow',
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
    tested: false,
  },
};

/** The entry of a platform: `{ tags, wheel, libraries, tested }`. */
export const platformFor = (name, gpu) => {
  const platform =
    platforms[name] ?? stop(`there are no wheels for ${name}, only for ${Object.keys(platforms).join(', ')}`);
  const wheel = gpu ? platform.gpu : platform.cpu;
  return wheel ? { ...platform, wheel } : stop(`TensorFlow has no CUDA wheel for ${name}: omit --gpu`);
};

/** Downloads wheels with pip into a folder, without their dependencies, and verifies pinned checksums. */
export const download = (requirements, tags, folder) => {
  const options = ['--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--dest', folder];
  const python = ['--only-binary=:all:', '--implementation=cp', '--python-version=3.11'];
  const platform = tags.map((tag) => `--platform=${tag}`);
  const file = `${folder}.txt`;
  // If one requirement in a file has a checksum, pip requires one for all of them.
  const [pinned, others] = [true, false].map((known) => requirements.filter((each) => each in checksums === known));
  if (others.length > 0) console.log(`no pinned checksum for ${others.join(', ')}`);
  const withSums = pinned.map((each) => [each, ...checksums[each].map((sum) => `--hash=sha256:${sum}`)].join(' '));
  for (const lines of [withSums, others].filter(({ length }) => length > 0)) {
    writeFileSync(file, lines.join('\n'));
    execute('python3', ['-m', 'pip', 'download', ...options, ...python, ...platform, '--requirement', file], {
      show: true,
    });
  }
  rmSync(file);
};

/** The requirements of TensorFlow's `and-cuda` extra, read from METADATA of its wheel, in the syntax of pip. */
export const cudaRequirements = (metadata) =>
  [...metadata.matchAll(/^Requires-Dist: (nvidia-[^;]+);.*and-cuda/gm)].map(([, each]) => each.replace(/[\s()]/g, ''));
