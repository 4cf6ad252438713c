/**
 * A program divided among the threads: each runs its part of the batch, what is left is computed here but for the tails,
 * and the threads make the tails in place.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { liveNodes } from '../../compiler/graph/graph.js';
import { isOp, type Node } from '../../compiler/graph/node.js';
import { type Epilogue, type EpilogueSource, findEpilogues } from '../../compiler/sharding/epilogues.js';
import { isBatchContraction } from '../../compiler/sharding/factored-gradients.js';
import type { ShardedGraph } from '../../compiler/sharding/shard-graph.js';
import { drawWordsAt } from '../../internal/draw-words.js';
import { newData } from '../pool.js';
import type { Runtime } from '../runtime.js';
import { createProgram, type Program } from '../session.js';
import type { Crew } from './crew.js';
import type { KernelCall } from './messages.js';
import { openParts } from './parts.js';
import type { SharedMemory } from './shared.js';
import { tailKernels } from './tail-kernels.js';

type Data = HostTensor['data'];

/** The threads, what they share, and a number for each program that they hold. */
export interface Site {
  readonly crew: Crew;
  readonly memory: SharedMemory;
  readonly nextProgram: () => number;
}

/** Compiles a divided graph, in a session of one thread for each thread of the crew. */
export const dividedProgram = async (
  runtime: Runtime,
  site: Site,
  division: ShardedGraph,
  argumentCount: number,
): Promise<Program> => {
  const { crew, memory } = site;
  const { combinations: joints, remainder: rest } = division;
  const positions = new Map(
    rest.inputs.flatMap(({ node, source }) => (source.kind === 'argument' ? [[node, source.position] as const] : [])),
  );
  // The joint that an input of the rest stands for.
  const jointOf = (node: Node): number | undefined => {
    const position = positions.get(node) ?? -1;
    return position >= argumentCount ? position - argumentCount : undefined;
  };
  const jointNodes = rest.inputs.slice(-joints.length).map(({ node }) => node);
  const beginningOf = (node: Node): EpilogueSource | undefined => {
    const joint = jointOf(node);
    if (joint !== undefined) return joints[joint] === 'sum' ? 'sum' : undefined;
    if (isOp(node, 'Input')) return 'argument';
    const isRows = (factor: Node): boolean => joints[jointOf(factor) ?? -1] === 0;
    return isBatchContraction(node) && node.inputs.every(isRows) ? 'product' : undefined;
  };
  const { epilogues: tails, others } = findEpilogues(rest, beginningOf);
  const products: readonly Node[] = [
    ...new Set(tails.flatMap(({ arrays }) => arrays.filter((array) => isOp(array, 'MatMul')))),
  ];
  const scalars = [...new Set(tails.flatMap((tail) => tail.scalars))];
  const aside = { inputs: rest.inputs, outputs: [...others.map((i) => rest.outputs[i]!), ...scalars] };
  const usedAside = new Set(liveNodes(aside));
  const { kernels, kernelOf } = tailKernels(rest, tails, (array) => jointOf(array) !== undefined, crew.count);
  const program = site.nextProgram();
  const [runAside, parts] = await Promise.all([
    createProgram(runtime, aside, crew.count),
    openParts(site, division, program, kernels, {
      answered: new Set([...usedAside].map(jointOf)),
      kept: new Set(tails.flatMap((tail) => tail.arrays.map(jointOf))),
      products: products.map(({ inputs: [left, right] }) => [jointOf(left!)!, jointOf(right!)!]),
    }),
  ]);

  const run: Program = async (args, key, pool, donated) => {
    const references = args.map(({ data }, i) => (parts.arguments.has(i) ? memory.referTo(data) : null));
    const draws = parts.draws.map(({ way }) => drawWordsAt(key, way));
    const answers = await crew.ask(parts.images.map(() => ({ kind: 'run', program, args: references, draws })));
    const joined = joints.map((how, i): HostTensor => {
      const made = answers.map((answer) => answer[i]!);
      const { shape, dtype } = jointNodes[i]!;
      return {
        shape,
        dtype,
        data: made[0] === null ? newData(dtype, 0) : together(how, jointNodes[i]!, made as Data[]),
      };
    });
    const asideOutputs = await runAside([...args, ...joined], key, pool, donated);
    const values = new Map(scalars.map((node, i) => [node, asideOutputs[others.length + i]!.data[0]!]));
    const made = tails.map((tail) => targetsOf(tail, args, donated, positions, memory));
    const calls = tails.map(
      (tail, i): KernelCall => ({
        kernel: kernelOf[i]!,
        arrays: tail.arrays.map((array) => {
          const [joint, product] = [jointOf(array), products.indexOf(array)];
          if (product >= 0) return { product };
          return joint === undefined ? { shared: memory.referTo(args[positions.get(array)!]!.data).id } : { joint };
        }),
        scalars: tail.scalars.map((scalar) => values.get(scalar)!),
        outputs: made[i]!.map((data) => memory.referTo(data).id),
        stretches: tail.arrays.some((array) => isOp(array, 'MatMul'))
          ? []
          : parts.stretchesOf(tail.arrays.map(jointOf), sizeOf(tail.arrays[0]!.shape)),
      }),
    );
    if (calls.length > 0) await crew.ask(parts.images.map(() => ({ kind: 'update', program, calls })));
    const outputs = new Map<number, HostTensor>(others.map((position, i) => [position, asideOutputs[i]!]));
    tails.forEach((tail, i) => {
      tail.outputs.forEach((position, j) => {
        outputs.set(position, { dtype: 'float32', shape: rest.outputs[position]!.shape, data: made[i]![j]! });
      });
    });
    return rest.outputs.map((_, position) => outputs.get(position)!);
  };
  forgotten.register(run, () => crew.tell({ kind: 'close', program }));
  return run;
};

// A program that nobody can call any more is closed in the threads.
const forgotten = new FinalizationRegistry<() => void>((close) => close());

// What a tail makes goes where the arrays were that the caller gave up. A chunk is read before it is written, so any will do.
const targetsOf = (
  { arrays, outputs }: Epilogue,
  args: readonly HostTensor[],
  donated: ReadonlySet<number>,
  positions: ReadonlyMap<Node, number>,
  memory: SharedMemory,
): readonly Data[] => {
  const free = arrays.flatMap((array) => positions.get(array) ?? []).filter((position) => donated.has(position));
  return outputs.map((_, i) => {
    const over = free[i];
    return memory.make('float32', sizeOf(arrays[0]!.shape), over === undefined ? undefined : args[over]!.data);
  });
};

// The parts of the threads, added, or one after the other along an axis.
const together = (how: number | 'sum', { shape, dtype }: Node, parts: readonly Data[]): Data => {
  const whole = newData(dtype, sizeOf(shape));
  if (how === 'sum') {
    for (const part of parts) for (let i = 0; i < part.length; i++) whole[i]! += part[i]!;
    return whole;
  }
  const rows = sizeOf(shape.slice(0, how));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const part of parts) {
      const length = part.length / rows;
      whole.set(part.subarray(row * length, (row + 1) * length), at);
      at += length;
    }
  }
  return whole;
};
