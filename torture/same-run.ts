import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orThrow } from '../src/core/index.js';
import { readTensors } from '../src/train/node/index.js';

/** The only field in which two equal runs may differ. */
const withoutSeconds = (json: string): string =>
  JSON.stringify(JSON.parse(json, (name, value: unknown) => (name === 'seconds' ? 0 : value)));

const isJson = (text: string): boolean => /^[[{]/.test(text);

/** A file as text that is equal exactly if all of it is equal, apart from seconds. */
const contentOf = async (path: string): Promise<string> => {
  if (path.endsWith('.safetensors')) {
    const { tensors, metadata } = await orThrow(readTensors(path));
    const hex = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
      Buffer.from(buffer, byteOffset, byteLength).toString('hex');
    return [
      ...Object.entries(tensors).map(([name, { dtype, shape, data }]) => `${name} ${dtype} [${shape}] ${hex(data)}`),
      ...Object.entries(metadata).map(([name, text]) => `${name} ${isJson(text) ? withoutSeconds(text) : text}`),
    ].join('\n');
  }
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.jsonl')) return text.trimEnd().split('\n').map(withoutSeconds).join('\n');
  return text;
};

/** The report shows times and the command; that it is there is enough. run.json has the time of the start. */
const isCompared = (name: string): boolean => name !== 'report.html' && name !== 'run.json';

/** The differences of the folder of a run from that of another one with the same configuration: files, and the bits in them. */
export const differences = async (expected: string, folder: string): Promise<readonly string[]> => {
  const [wanted, found] = [readdirSync(expected).sort(), readdirSync(folder).sort()];
  if (wanted.join() !== found.join()) return [`expected the files ${wanted.join(', ')}, got ${found.join(', ')}`];
  const problems: string[] = [];
  for (const name of found.filter(isCompared)) {
    const [one, other] = [await contentOf(join(expected, name)), await contentOf(join(folder, name))];
    if (one !== other) problems.push(`${name} has other bits than that of a run without a stop`);
  }
  return problems;
};
