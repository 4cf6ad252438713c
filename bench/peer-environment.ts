import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../src/node/cache-folder.js';

interface Environment {
  /** The interpreters that work, in order of preference. */
  readonly pythons: readonly string[];
  /** The size of the download and of the installation. */
  readonly size: string;
}

/** The last TensorFlow with Keras 2 has no wheels for Python 3.12 and later. */
export const environments = {
  torch: {
    pythons: ['python3', 'python3.12', 'python3.11'],
    size: '2.5 GB, 5.5 GB on disk, because the wheel requires its CUDA libraries',
  },
  keras: { pythons: ['python3.11', 'python3.10', 'python3.9'], size: '0.4 GB, 1.3 GB on disk' },
  jax: { pythons: ['python3', 'python3.12', 'python3.11'], size: '0.2 GB, 0.6 GB on disk' },
} as const satisfies Readonly<Record<string, Environment>>;

export type Framework = keyof typeof environments;

const runs = (python: string): boolean => {
  try {
    execFileSync(python, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const environmentOf = (framework: Framework) => {
  const requirements = fileURLToPath(new URL(`./peers/requirements-${framework}.txt`, import.meta.url));
  const folder = join(process.env.VITRAIL_PEERS ?? join(cacheFolder(), 'peers'), framework);
  const checksum = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  return { folder, requirements, checksum, installed: join(folder, 'installed') };
};

/** Whether the virtual environment of a framework exists. */
export const isInstalled = (framework: Framework): boolean => {
  const { installed, checksum } = environmentOf(framework);
  return existsSync(installed) && readFileSync(installed, 'utf8') === checksum;
};

/**
 * The Python interpreter of the virtual environment of a framework. The environment is created with `python3 -m venv` and pip
 * on first use, and again when the requirements change or an installation was interrupted. It is in `$VITRAIL_PEERS`, by
 * default in `peers` in the cache folder.
 */
export const interpreterOf = (framework: Framework): string => {
  const { folder, requirements, checksum, installed } = environmentOf(framework);
  const interpreter = join(folder, 'bin', 'python');
  if (isInstalled(framework)) return interpreter;

  const { pythons, size } = environments[framework];
  const python = pythons.find(runs);
  if (python === undefined) throw new Error(`${framework} needs ${pythons.join(' or ')}, but none is on the PATH`);
  console.error(
    `${framework}: installing bench/peers/requirements-${framework}.txt into ${folder} (downloads ${size})`,
  );
  const options = { stdio: ['ignore', process.stderr, process.stderr] } as const;
  try {
    execFileSync(python, ['-m', 'venv', '--clear', folder], { stdio: [...options.stdio] });
  } catch {
    throw new Error(`'${python} -m venv ${folder}' failed; on Debian install the package ${python}-venv`);
  }
  execFileSync(interpreter, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], {
    stdio: [...options.stdio],
  });
  writeFileSync(installed, checksum);
  return interpreter;
};
