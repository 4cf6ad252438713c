import type { OnnxGraph } from '../onnxruntime/protobuf.js';

/**
 * Gives tensors of a graph other names. All other tensors keep theirs, unless one of the new names is the same: then they get an
 * underscore.
 */
export const renamed = (graph: OnnxGraph, names: ReadonlyMap<string, string>): OnnxGraph => {
  const taken = new Set(names.values());
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  // An empty name is an input that is left out.
  const rename = (name: string): string => names.get(name) ?? (name === '' ? '' : free(name));
  const withName = <T extends { readonly name: string }>(value: T): T => ({ ...value, name: rename(value.name) });
  return {
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
    constants: graph.constants.map(withName),
    inputs: graph.inputs.map(withName),
    outputs: graph.outputs.map(withName),
  };
};
