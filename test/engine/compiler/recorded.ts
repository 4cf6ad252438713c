import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostTensor } from '../../../src/core/host-tensor.js';
import { orThrow } from '../../../src/core/or-throw.js';
import type { Graph } from '../../../src/engine/compiler/graph/graph.js';
import type { Node } from '../../../src/engine/compiler/graph/node.js';
import { emit } from '../../../src/engine/onnxruntime/emit.js';
import { loadRuntime } from '../../../src/engine/onnxruntime/runtime.js';
import { sessionOptions } from '../../../src/engine/onnxruntime/session-options.js';

interface Recorded {
  readonly cat: string;
  readonly name: string;
  readonly args: { readonly op_name: string };
}

/** The operators of one run in the order they ran, from the runtime's profile. `args` are those of the graph, in order. */
export const recordedOperators = async (
  graph: Graph,
  args: readonly HostTensor[],
  order: readonly Node[] = [],
  block?: number,
): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-recorded-'));
  try {
    const runtime = await orThrow(loadRuntime);
    const model = emit(graph, order, block);
    const profile = { enableProfiling: true, profileFilePrefix: join(folder, 'run') };
    const session = await runtime.InferenceSession.create(model.bytes, { ...sessionOptions(1, false), ...profile });
    const feeds = model.inputs.map(({ name, source }) => {
      const { dtype, data, shape } = args[(source as { readonly position: number }).position]!;
      return [name, new runtime.Tensor(dtype, data as Float32Array, shape)];
    });
    await session.run(Object.fromEntries(feeds));
    session.endProfiling();
    await session.release();
    const [file] = readdirSync(folder);
    return (JSON.parse(readFileSync(join(folder, file!), 'utf8')) as readonly Recorded[])
      .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
      .map(({ args }) => args.op_name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
