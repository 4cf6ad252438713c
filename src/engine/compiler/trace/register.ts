import { engine, registerBackend, registerKernel, Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import { refusal, TRACE_BACKEND } from '../../internal/refusal.js';
import { type Composite, composites } from '../../tfjs/composites.js';
import { TraceBackend } from './backend.js';
import { tfjsKernels } from './tfjs-kernels/index.js';
import type { TfjsKernel } from './tfjs-kernels/tfjs-kernel.js';

const registerOne = (backend: TraceBackend, kernelName: string, record: TfjsKernel): void =>
  registerKernel({
    kernelName,
    backendName: TRACE_BACKEND,
    kernelFunc: (call) => {
      // Wider than tfjs's type: an omitted input may be null, and Concat, Pack and AddN receive a list.
      const tensors: Readonly<Record<string, TensorInfo | null | undefined>> = call.inputs;
      const [first, ...others] = Object.values(tensors).flatMap((tensor) => (tensor ? [backend.nodeOf(tensor)] : []));
      const optionalInput = (name: string) => {
        const tensor = tensors[name];
        return tensor === null || tensor === undefined ? undefined : backend.nodeOf(tensor);
      };
      const missing = (input: string) =>
        refusal('unknown-kernel', `the tfjs kernel ${kernelName} was called without ${input}`);
      const result = record({
        graph: backend.recording(),
        optionalInput,
        input: (name) => {
          const node = optionalInput(name);
          if (node === undefined) throw missing(`its input ${name}`);
          return node;
        },
        inputs: () => {
          if (first === undefined) throw missing('inputs');
          return [first, ...others];
        },
        attributes: call.attrs ?? {},
      });
      return 'id' in result ? backend.tensorOf(result) : result.map((node) => backend.tensorOf(node));
    },
  });

// Its kernels record in turn. tfjs passes what its operations were given: tensors, by name or in a list.
const registerComposite = (kernelName: string, { inputs, compose }: Composite): void =>
  registerKernel({
    kernelName,
    backendName: TRACE_BACKEND,
    kernelFunc: ({ inputs: given, attrs }) => {
      const tensors: Readonly<Record<string, TensorInfo | undefined>> = given;
      return compose(
        (inputs ?? Object.keys(tensors)).flatMap((name) => {
          const tensor = tensors[name];
          return tensor instanceof Tensor ? [tensor] : [];
        }),
        attrs,
      );
    },
  });

/** The recording backend. The first call registers it and its kernels with tfjs, which never selects it on its own. */
export const traceBackend = (): TraceBackend => {
  const tfjs = engine();
  if (!tfjs.backendNames().includes(TRACE_BACKEND)) {
    const backend = new TraceBackend();
    registerBackend(TRACE_BACKEND, () => backend, 0);
    for (const [name, record] of Object.entries(tfjsKernels)) registerOne(backend, name, record);
    for (const [name, composite] of Object.entries(composites)) registerComposite(name, composite);
  }
  return tfjs.findBackendFactory(TRACE_BACKEND)() as TraceBackend;
};
