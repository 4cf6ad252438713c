import { isOp, type Node } from '../compiler/graph/node.js';
import type { Target } from './target.js';

/** Writes the largest values of the last axis, or their positions, which are int64 in ONNX. */
export const writeTop = ({ add, name, integers }: Target, node: Node): void => {
  if (isOp(node, 'TopValues')) {
    add('TopK', [name(node.inputs[0]), integers([node.operation.count])], { unused: 'after' });
  } else if (isOp(node, 'TopPositions')) {
    const operands = [name(node.inputs[0]), integers([node.operation.count])];
    const positions = add('TopK', operands, { step: true, unused: 'before' });
    add('Cast', [positions], { attributes: { to: { int: 6 } } });
  }
};
