import * as ort from 'onnxruntime-node';
import type { HostTensor } from '../../../src/core/host-tensor.js';
import { viewOf } from '../../../src/core/host-tensor.js';
import type { ExportedModel } from '../../../src/engine/index.js';

/** The outputs of an exported model in ONNX Runtime, in order. A Uint8Array is given as the input says: uint8 or bool. */
export const runOnnx = async (
  { bytes, inputs, outputs }: ExportedModel,
  given: Readonly<Record<string, Pick<HostTensor, 'shape' | 'data'>>>,
): Promise<readonly HostTensor[]> => {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const feeds = inputs.flatMap(({ name, type }) => {
    const { shape, data } = given[name] ?? { shape: [0], data: new Float32Array() };
    return [[name, new ort.Tensor(type as 'float32', data as Float32Array, [...shape])] as const];
  });
  const results = await session.run(Object.fromEntries(feeds));
  const tensors = outputs.map(({ name, type }): HostTensor => {
    const { dims, data } = results[name] ?? new ort.Tensor('float32', [], [0]);
    if (type !== 'float32' && type !== 'int32' && type !== 'bool') throw new Error(`an output of type ${type}`);
    const copy = viewOf(type, new ArrayBuffer(data.length * (type === 'bool' ? 1 : 4)));
    copy.set(Array.from(data as Float32Array, Number));
    return { dtype: type, shape: dims, data: copy };
  });
  await session.release();
  return tensors;
};
