import {
  engine,
  type NamedTensorInfoMap,
  registerBackend,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { refusal, TRACE_BACKEND } from '../../internal/refusal.js';
import { TraceBackend } from './backend.js';
import type { Kernel } from './kernels/kernel.js';
import { kernels } from './kernels/kernels.js';

const registerOne = (kernelName: string, record: Kernel): void =>
  registerKernel({
    kernelName,
    backendName: TRACE_BACKEND,
    kernelFunc: (call) => {
      const backend = call.backend as TraceBackend;
      // tfjs types neither the lists that Concat, Pack and AddN are given nor the inputs that are left out.
      const tensors = call.inputs as NamedTensorInfoMap & Readonly<Record<string, TensorInfo | null | undefined>>;
      const present = (name: string) => {
        const tensor = tensors[name];
        return tensor === null || tensor === undefined ? undefined : backend.nodeOf(tensor);
      };
      const result = record({
        graph: backend.recording(),
        present,
        input: (name) => {
          const node = present(name);
          if (node === undefined)
            throw refusal('unknown-kernel', `the tfjs kernel ${kernelName} came without its input ${name}`);
          return node;
        },
        inputs: Object.values(tensors).flatMap((tensor) => (tensor ? [backend.nodeOf(tensor)] : [])),
        attributes: call.attrs ?? {},
      });
      return 'id' in result ? backend.tensorOf(result) : result.map((node) => backend.tensorOf(node));
    },
  });

/** The recording backend, registered with tfjs and its kernels with it at the first call. It is never chosen by itself. */
export const traceBackend = (): TraceBackend => {
  const tfjs = engine();
  if (!tfjs.backendNames().includes(TRACE_BACKEND)) {
    const backend = new TraceBackend();
    registerBackend(TRACE_BACKEND, () => backend, 0);
    for (const [name, record] of Object.entries(kernels)) registerOne(name, record);
  }
  return tfjs.findBackendFactory(TRACE_BACKEND)() as TraceBackend;
};
