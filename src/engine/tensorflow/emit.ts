import type { DType } from '../../core/host-tensor.js';
import { type Graph, type GraphInput, liveNodes, type Source } from '../compiler/graph/graph.js';
import { elementAt } from '../compiler/graph/lookup.js';
import { isOp, type Node } from '../compiler/graph/node.js';
import { bytesOf, constant, operatorOf } from './operators.js';
import { encodeSavedModel, type NodeDef, type TensorValue } from './protobuf.js';
import type { Operator, Target } from './target.js';

/** The names of an argument in the graph. It has a variable, which is read unless a value is fed. */
export interface ArgumentNames {
  /** The value: feed it, fetch it, or leave it to the variable. */
  readonly value: string;
  /** Fetching this stores what is fed for `value` in the variable. */
  readonly store: string;
  /** Whether the outputs depend on it. */
  readonly used: boolean;
}

/** A TensorFlow graph, and the names of the inputs and outputs of the traced graph in it. */
export interface SavedModel {
  /** The content of its file, `saved_model.pb`. */
  readonly bytes: Uint8Array;
  readonly arguments: readonly ArgumentNames[];
  /** The draws that are used, each to be fed. */
  readonly draws: readonly { readonly name: string; readonly node: Node; readonly source: Draw }[];
  /** `undefined` for an output that is stored in a variable. */
  readonly outputs: readonly (string | undefined)[];
  /** Fetching this stores the outputs that have variables in them. Absent if none has. */
  readonly commit: string | undefined;
}

export type Draw = Extract<Source, { kind: 'draw' }>;

export interface EmitOptions {
  /** For each output the position of the argument whose variable stores it, if any. */
  readonly outputVariables: readonly (number | undefined)[];
  /** Whether XLA compiles what it can. */
  readonly xla: boolean;
}

/**
 * Writes a graph as a SavedModel. Variables are assigned only after everything is computed: no read comes too late, and a
 * call that fails changes nothing.
 */
export const emit = (graph: Graph, { outputVariables, xla }: EmitOptions): SavedModel => {
  const nodes: NodeDef[] = [];
  const shared = new Map<string, string>();
  const live = liveNodes(graph);
  const used = new Set<Node>(live);
  const name = (node: Node): string => `t${node.id}`;
  const put = (as: string, operator: Operator): string => {
    nodes.push({ name: as, ...operator });
    return as;
  };
  const compiled = xla ? forXla : (operator: Operator): Operator => operator;
  const constantOnce = (key: string, make: () => TensorValue): string => {
    const known = shared.get(key) ?? put(`c${shared.size}`, constant(make()));
    shared.set(key, known);
    return known;
  };
  const integers: Target['integers'] = (values, shape = [values.length]) =>
    constantOnce(`[${values}] [${shape}]`, () => ({ type: 'int32', shape, content: bytesOf(Int32Array.from(values)) }));
  const scalar: Target['scalar'] = (value, type) =>
    constantOnce(`${type} ${Object.is(value, -0) ? '-0' : value}`, () => ({ type, shape: [], content: value }));
  // Only tensors can be fetched: a byte that is available once other nodes are done.
  const after = (as: string, waited: readonly string[]): string =>
    put(as, constant({ type: 'bool', shape: [], content: 1 }, waited.map(waiting)));

  const inputs = argumentsOf(graph);
  const variables = inputs.map(({ node }, i): ArgumentNames => {
    const { shape, dtype: type } = node;
    const variable = put(variableOf(i), {
      operator: 'VarHandleOp',
      inputs: [],
      attributes: { dtype: { type }, shape: { shape }, shared_name: { text: variableOf(i) } },
    });
    const read = put(`${variable}.read`, {
      operator: 'ReadVariableOp',
      inputs: [variable],
      attributes: { dtype: { type } },
    });
    const value = put(name(node), shaped(read, node));
    const stored = put(`${variable}.store`, assign(variable, put(`${variable}.copy`, copy(value, type)), type));
    return { value: read, store: after(`${variable}.stored`, [stored]), used: used.has(node) };
  });
  const draws = graph.inputs.flatMap(({ node, source }) => {
    if (source.kind === 'argument' || !used.has(node)) return [];
    const attributes = { dtype: { type: node.dtype }, shape: { shape: node.shape } };
    const draw = put(`${name(node)}.draw`, { operator: 'Placeholder', inputs: [], attributes });
    put(name(node), shaped(draw, node));
    return [{ name: draw, node, source }];
  });
  for (const node of live) {
    let steps = 0;
    const step: Target['step'] = (operator) => put(`${name(node)}.${steps++}`, compiled(operator));
    const operator = operatorOf({ name, integers, scalar, step }, node);
    if (operator !== undefined) put(name(node), compiled(operator));
  }
  const values = graph.outputs.map((node, i) => {
    // Under a name of its own: the same node may be two outputs, and may be fed.
    if (outputVariables[i] === undefined) return put(`output${i}`, unary('Identity', name(node), node.dtype));
    return mayShareMemory(node) ? put(`output${i}`, copy(name(node), node.dtype)) : name(node);
  });
  const computed = put('computed', { operator: 'NoOp', inputs: [...new Set(values)].map(waiting) });
  const assigns = graph.outputs.flatMap((node, i) => {
    const position = outputVariables[i];
    // An argument that is returned is in its variable already.
    if (position === undefined || elementAt(inputs, position).node === node) return [];
    return [put(`assign${i}`, assign(variableOf(position), elementAt(values, i), node.dtype, [waiting(computed)]))];
  });
  const commit = outputVariables.every((position) => position === undefined)
    ? undefined
    : after('commit', [computed, ...assigns]);
  const outputs = values.map((value, i) => (outputVariables[i] === undefined ? value : undefined));
  return { bytes: encodeSavedModel(nodes), arguments: variables, draws, outputs, commit };
};

// XLA compiles the nodes of one scope together if no other node is between them.
const forXla = (operator: Operator): Operator => ({
  ...operator,
  attributes: { ...operator.attributes, _XlaCompile: { flag: true }, _XlaScope: { text: 'traced' } },
});

const unary = (operator: string, input: string, type: DType): Operator => ({
  operator,
  inputs: [input],
  attributes: { T: { type } },
});

// TensorFlow's optimizers assume that a fed tensor may have any shape, and then do less.
const shaped = (input: string, { dtype, shape }: Node): Operator => ({
  operator: 'EnsureShape',
  inputs: [input],
  attributes: { T: { type: dtype }, shape: { shape } },
});

const copy = (input: string, type: DType): Operator => unary('DeepCopy', input, type);

const assign = (variable: string, value: string, type: DType, waits: readonly string[] = []): Operator => ({
  operator: 'AssignVariableOp',
  inputs: [variable, value, ...waits],
  attributes: { dtype: { type } },
});

const variableOf = (position: number): string => `v${position}`;

const waiting = (node: string): string => `^${node}`;

const argumentsOf = (graph: Graph): readonly GraphInput[] =>
  graph.inputs.filter(({ source }) => source.kind === 'argument');

const MOVES: ReadonlySet<string> = new Set(['Reshape', 'Slice', 'Transpose', 'Broadcast']);

/**
 * Whether a value may share the memory of a fed one. tfjs-node 4.22 feeds arrays of JavaScript in place. When the last
 * tensor on such an array is freed, it notifies Node, which is allowed on Node's own thread only. Variables are freed on
 * threads of TensorFlow, so they must hold copies.
 */
const mayShareMemory = (node: Node): boolean =>
  isOp(node, 'Input') || (MOVES.has(node.operation.op) && node.inputs.some(mayShareMemory));
