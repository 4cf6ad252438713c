import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

const versionOf = (name: string): string | undefined => {
  try {
    const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
  } catch {
    return undefined;
  }
};

const packages = ['onnxruntime-node', '@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-node'];

/** What results depend on besides the code. */
export const machine = {
  processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${type()} ${release()}, ${process.arch}`,
  versions: {
    node: process.version.slice(1),
    ...Object.fromEntries(packages.map((name) => [name, versionOf(name)]).filter(([, version]) => version)),
  } as Readonly<Record<string, string>>,
};

/** The load average over the last minute: the number of processes that run or wait for a core. */
export const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
