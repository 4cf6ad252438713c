import { f32x4, i32, repeatWhile, v128 } from '../../../core/wasm/code.js';
import { wasmFunction } from '../../../core/wasm/function.js';
import { PAGE, wasmModule } from '../../../core/wasm/module.js';
import { elementAt, valueFor } from '../graph/lookup.js';
import { isOp, type Node } from '../graph/node.js';
import { chunkOffset, type ElementwiseGraph, type FusedKernel } from './fused-kernel.js';
import { dependentsOf, signatureOf, topologicalOrder } from './topological-order.js';
import { constantVector, formulaOf, truthOf, type Vector } from './vector-operations.js';

/**
 * Compiles the operations between the arrays and scalars and the outputs. `isElementwise` must hold for each, unless it is a
 * constant; throws otherwise.
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
        const number = f32x4.splat(elementAt(numbers, scalar).get);
        return node.dtype === 'bool' ? truthOf(number) : number;
      }
      if (isOp(node, 'Splat')) return constantVector(node.operation.value, node.dtype);
      const formula = formulaOf(node);
      if (formula === undefined) throw new Error(`${node.operation.op} to [${node.shape}] is not elementwise`);
      return formula(...node.inputs.map((input) => valueFor(values, input).get));
    };
    const assign = (node: Node) => valueFor(values, node).set(vectorOf(node));
    const store = (node: Node, i: number) =>
      v128.store(address.get, chunkOffset(arrays.length + i), valueFor(values, node).get);
    return [
      // Values that are the same for all elements are computed once, before the loop.
      ...nodes.filter((node) => !varying.has(node)).map(assign),
      repeatWhile(i32.less(address.get, end.get), [
        ...nodes.filter((node) => varying.has(node)).map(assign),
        ...outputs.map(store),
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
