/** For `npm run test:tfjs-node`: the compiled engine on tfjs-node, and the engines that it is compared with. */
import { eager } from '../../../src/engine/eager/eager.js';
import type { Engine } from '../../../src/engine/engine.js';
import { jit } from '../../../src/engine/onnxruntime/jit.js';
import { type TensorflowEngine, tensorflow } from '../../../src/engine/tensorflow/tensorflow.js';
import { NATIVE_BACKEND } from '../../../src/engine/tfjs/native-tfjs.js';
import { right } from '../engines.js';
import { tfjsNode } from '../native/engine-table.js';

export interface NodeEngines {
  readonly reference: Engine;
  readonly jit: Engine;
  readonly eager: Engine;
  readonly compiled: TensorflowEngine;
  readonly xla: TensorflowEngine;
}

/** Loads tfjs-node, or fails with instructions. */
export const nodeEngines = async (): Promise<NodeEngines> => {
  await right(tfjsNode);
  return {
    reference: await right(eager('cpu')),
    jit: await right(jit({ threads: 2 })),
    eager: await right(eager(NATIVE_BACKEND)),
    compiled: await right(tensorflow()),
    xla: await right(tensorflow({ xla: true })),
  };
};
