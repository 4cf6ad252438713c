import * as E from 'fp-ts/lib/Either.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { encodeModel, type OnnxGraph, type OnnxNode } from '../onnxruntime/protobuf.js';
import { type ExportError, exportError } from './export-error.js';
import { describeInputs, type ExportedValue, type ExportInputs } from './export-input.js';
import { renamed } from './names.js';
import { storeWeights, type WeightType } from './weights.js';
import type { Written } from './written.js';

/** An ONNX file. */
export interface ExportedModel {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ExportedValue[];
  readonly outputs: readonly ExportedValue[];
}

export interface FileOptions {
  /** In which type float32 parameters are stored; computations are in float32 in any case. Default: float32. */
  readonly weights?: WeightType;
  /** What is stored beside the graph, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Parameters with their names. */
export type Named = readonly (readonly [name: string, tensor: HostTensor])[];

// The most that a protobuf message can hold, and somewhat less.
const MOST_BYTES = 2 ** 31 - 2 ** 20;

/** What is stored in another type than the function computes with. */
const wideName = (name: string): string => `${name} in float32`;

/** Puts the parameters into the graph, and gives everything its name. */
export const assemble = (
  { onnx, given, outputs }: Written,
  named: Named,
  inputs: ExportInputs,
  { weights = 'float32', metadata = {} }: FileOptions,
): E.Either<ExportError, ExportedModel> => {
  const stored = storeWeights(
    named.filter((_, position) => given.has(position)),
    weights,
  );
  const described = describeInputs(inputs);
  const narrow = [...stored.halves, ...described.filter(({ type }) => type === 'uint8').map(({ name }) => name)];
  const isNarrow = new Set(narrow);
  const names = [...named.map(([name]) => name), ...described.map(({ name }) => name)].map((name, position) => {
    const own = given.get(position) ?? name;
    return [own, isNarrow.has(name) && given.has(position) ? wideName(name) : name] as const;
  });
  const all = renamed(onnx, new Map([...names, ...outputs]));
  const casts = narrow.map(
    (name): OnnxNode => ({
      operator: 'Cast',
      inputs: [name],
      outputs: [wideName(name)],
      attributes: { to: { int: 1 } },
    }),
  );
  const graph: OnnxGraph = {
    nodes: [...casts, ...all.nodes],
    constants: [...stored.constants, ...all.constants],
    inputs: described,
    outputs: all.outputs,
  };
  const size = graph.constants.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const external = [...named.map(([name]) => name), ...described.map(({ name }) => name), ...outputs.values()];
  const twice = [...external, ...narrow.map(wideName)].find((name, i, list) => list.indexOf(name) !== i);
  if (twice !== undefined)
    return E.left(
      exportError(`two of the parameters, inputs and outputs have the name '${twice}': rename one of them`),
    );
  return size > MOST_BYTES
    ? E.left(exportError(`expected parameters of at most 2 GB, which an ONNX file can hold, got ${size} bytes`))
    : E.right({ bytes: encodeModel(graph, metadata), inputs: described, outputs: graph.outputs });
};
