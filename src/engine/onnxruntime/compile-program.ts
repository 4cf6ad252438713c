import { leaves } from '../../core/tree.js';
import { flops, type Graph } from '../compiler/graph/graph.js';
import { batchArguments } from '../compiler/sharding/batch-arguments.js';
import { type ShardedGraph, shardGraph } from '../compiler/sharding/shard-graph.js';
import type { Runtime } from './runtime.js';
import { createProgram, type Program } from './session.js';

/** Compiles the graph that a function gave for these arguments. */
export type ProgramCompiler = (graph: Graph, args: unknown) => Promise<Program>;

/** Large calls are divided along the batch among worker threads, which start with the first of them; small ones run here. */
export const programCompiler = (runtime: Runtime, threads: number, dividedFrom: number): ProgramCompiler => {
  let site: ReturnType<typeof startSite> | undefined;
  return async (graph, args) => {
    if (flops(graph) < dividedFrom) return createProgram(runtime, graph, threads);
    // The threads start while the graph is divided and written.
    site ??= startSite(threads);
    const { dividedProgram, ...threaded } = await site;
    const division = divisionOf(graph, args, threads);
    return division === undefined
      ? createProgram(runtime, graph, threads)
      : dividedProgram(runtime, threaded, division, leaves(args).length);
  };
};

const divisionOf = (graph: Graph, args: unknown, threads: number): ShardedGraph | undefined => {
  const count = leaves(args).length;
  const divisions = batchArguments(args).flatMap(({ batch, positions }) =>
    batch < threads ? [] : (shardGraph(graph, count, positions, batch) ?? []),
  );
  return divisions[0];
};

// What only Node has, and only large calls need.
const startSite = async (threads: number) => {
  const [{ startCrew }, { sharedMemory }, { dividedProgram }] = await Promise.all([
    import('./workers/crew.js'),
    import('./workers/shared.js'),
    import('./workers/program.js'),
  ]);
  const crew = await startCrew(threads);
  let programs = 0;
  const nextProgram = (): number => programs++;
  return { crew, memory: sharedMemory(crew.tell), nextProgram, dividedProgram };
};
