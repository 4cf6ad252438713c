import { engine, type Tensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { areSizes } from '../../../core/axes.js';
import type { DType } from '../../../core/host-tensor.js';
import { deferredKey, type Key } from '../../../core/key.js';
import { leaves, unflatten } from '../../../core/tree.js';
import { type EngineError, engineError, type Value, type Values } from '../../engine.js';
import { errorFrom, TRACE_BACKEND } from '../../internal/refusal.js';
import { type ResultTree, resultTree } from '../../internal/result-tree.js';
import { tidyOn } from '../../tfjs/tidy-on.js';
import { builder } from '../graph/builder.js';
import type { Graph, GraphInput, Source } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { guarded } from './guards.js';
import { traceBackend } from './register.js';

/** The graph of a function, and how its outputs form the result. */
export interface Traced<B> {
  readonly graph: Graph;
  readonly withLeaves: ResultTree<B>['withLeaves'];
}

/**
 * Runs `f` once with tensors that record, and returns the graph of what it computes. `args` are trees of anything that has
 * a shape and a type. A draw from the key becomes an input; equal draws share one input.
 *
 * Gradients need `@tensorflow/tfjs` to be loaded: tfjs-core alone registers none.
 */
export const trace = <A, B>(f: (args: A, key: Key) => B, args: Values<A>): E.Either<EngineError, Traced<B>> => {
  const backend = traceBackend();
  const graph = builder();
  // Mutable only while `f` runs.
  const inputs: GraphInput[] = [];
  const draws = new Map<string, Node>();

  const input = (shape: readonly number[], dtype: DType, source: Source): Node => {
    const node = graph.input(shape, dtype);
    inputs.push({ node, source });
    return node;
  };
  const tensorOf = (node: Node): Tensor => {
    const { dataId, shape, dtype } = backend.tensorOf(node);
    return engine().makeTensorFromDataId(dataId, shape, dtype, backend);
  };
  const key = deferredKey((path, distribution, shape) => {
    const name = JSON.stringify([path, distribution, shape]);
    const dtype = distribution.kind === 'bernoulli' ? 'bool' : 'float32';
    const node = draws.get(name) ?? input(shape, dtype, { kind: 'draw', path, distribution });
    draws.set(name, node);
    return tensorOf(node);
  });
  const run = (): Traced<B> =>
    tidyOn(TRACE_BACKEND, () => {
      const given = leaves<{ readonly shape: readonly number[]; readonly dtype: DType }>(args).map((leaf, position) =>
        tensorOf(input(leaf.shape, leaf.dtype, { kind: 'argument', position })),
      );
      const { tensors, withLeaves } = resultTree(f(unflatten(args)(given) as A, key));
      return { tensors: [], graph: { inputs, outputs: tensors.map((tensor) => backend.nodeOf(tensor)) }, withLeaves };
    });

  backend.graph = graph;
  try {
    return E.tryCatch(() => guarded(run), errorFrom);
  } finally {
    backend.graph = undefined;
  }
};

/**
 * The graph of a function, for inspection: see `countOperations` and `flops`. `invalid-value` for arguments whose shapes are not sizes.
 */
export const traceGraph = <A, B>(f: (args: A, key: Key) => B, args: Values<A>): E.Either<EngineError, Graph> =>
  pipe(
    leaves<Value>(args).find(({ shape }) => !areSizes(shape)),
    (bad) =>
      bad === undefined
        ? E.right(undefined)
        : E.left(engineError('invalid-value', `expected sizes, got [${bad.shape}]`)),
    E.chain(() => trace(f, args)),
    E.map(({ graph }) => graph),
  );
