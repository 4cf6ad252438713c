import { f32x4, i32, repeatWhile, v128 } from '../../../core/wasm/code.js';
import { wasmFunction } from '../../../core/wasm/function.js';
import { PAGE, wasmModule } from '../../../core/wasm/module.js';
import { isOp, type Node } from '../graph/node.js';
import { chunkOffset, type ElementwiseGraph, type FusedKernel } from './fused-kernel.js';
import { dependentsOf, signatureOf, topologicalOrder } from './topological-order.js';
import { constantVector, formulaOf, isElementwise, truthOf, type Vector } from './vector-operations.js';

/**
 * Compiles the operations between the given nodes and the outputs. Each must be one for which `isElementwise` holds, or a constant;
 * throws otherwise.
 */
export const compileFusedKernel = ({ outputs, arrays, scalars }: ElementwiseGraph): FusedKernel => {
  const nodes = topologicalOrder({ outputs, arrays, scalars });
  const varying = dependentsOf(nodes, arrays);
  const compute = wasmFunction('compute', ['i32', ...scalars.map(() => 'f32' as const)], ([end, ...numbers], local) => {
    const address = local('i32');
    const values = new Map(nodes.map((node) => [node, local('v128')]));
    const vectorOf = (node: Node): Vector => {
      const [array, scalar] = [arrays.indexOf(node), scalars.indexOf(node)];
      if (array >= 0) return v128.load(address.get, chunkOffset(array));
      if (scalar >= 0) {
        const number = f32x4.splat(numbers[scalar]!.get);
        return node.dtype === 'bool' ? truthOf(number) : number;
      }
      if (isOp(node, 'Splat')) return constantVector(node.operation.value, node.dtype);
      if (!isElementwise(node)) throw new Error(`${node.operation.op} to [${node.shape}] is not elementwise`);
      return formulaOf(node)!(...node.inputs.map((input) => values.get(input)!.get));
    };
    const compute = (node: Node) => values.get(node)!.set(vectorOf(node));
    return [
      // What is the same for all elements is computed once.
      ...nodes.filter((node) => !varying.has(node)).map(compute),
      repeatWhile(i32.less(address.get, end.get), [
        ...nodes.filter((node) => varying.has(node)).map(compute),
        ...outputs.map((node, i) => v128.store(address.get, chunkOffset(arrays.length + i), values.get(node)!.get)),
        address.set(i32.add(address.get, i32.constant(16))),
      ]),
    ];
  });
  return {
    bytes: wasmModule(Math.ceil(chunkOffset(arrays.length + outputs.length) / PAGE), [compute]),
    signature: signatureOf({ outputs, arrays, scalars }, nodes),
    arrays: arrays.length,
    scalars: scalars.length,
    outputs: outputs.length,
  };
};
