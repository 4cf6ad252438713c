import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Hosts } from '../../core/declaration.js';
import type { DType } from '../../core/host-tensor.js';
import { entries } from '../../core/tree.js';
import { elementAt } from '../compiler/graph/lookup.js';
import { trace } from '../compiler/trace/trace.js';
import type { EngineError } from '../engine.js';
import { write } from '../onnxruntime/emit.js';
import type { OnnxGraph } from '../onnxruntime/protobuf.js';
import { BATCH, type ExportInput, type ExportInputs, type Given } from './export-input.js';
import { shiftMeans } from './shifted-means.js';

const tracedType = (type: ExportInput['type'] = 'float32'): DType => (type === 'uint8' ? 'float32' : type);

/** A function as a graph for one size of batch. */
export interface Written {
  readonly onnx: OnnxGraph;
  /** The names in the graph, by the positions of the arguments that are used. */
  readonly given: ReadonlyMap<number, string>;
  /** The names of the outputs, by those in the graph. */
  readonly outputs: ReadonlyMap<string, string>;
}

export type WriteFor = (batch: number) => E.Either<EngineError, Written>;

/** Traces a function for a size of batch and writes it in the terms of ONNX. */
export const writeFor =
  <P, Inputs extends ExportInputs>(
    f: (params: P, inputs: Given<Inputs>) => unknown,
    params: Hosts<P>,
    inputs: Inputs,
  ): WriteFor =>
  (batch) => {
    const sized = Object.entries(inputs).map(([name, { axes, sizes, type }]) => {
      const shape = sizes.map((size, i) => (axes[i] === BATCH ? batch : size));
      return [name, { shape, dtype: tracedType(type) }] as const;
    });
    return pipe(
      trace((all: { readonly params: P; readonly inputs: Given<Inputs> }) => f(all.params, all.inputs), {
        params,
        inputs: Object.fromEntries(sized),
      } as never),
      E.map(({ graph, withLeaves }): Written => {
        const { onnx, inputs: used, outputs } = write(graph, { portable: true });
        const paths = entries<number>(withLeaves(graph.outputs.map((_, i) => i))).map(([path]) => path.join('/'));
        const argument = used.flatMap(({ name, source }): readonly (readonly [number, string])[] =>
          source.kind === 'argument' ? [[source.position, name]] : [],
        );
        const result = outputs.map((pieces, i) => [elementAt(pieces, 0).name, paths[i] || 'output'] as const);
        return { onnx: shiftMeans(onnx), given: new Map(argument), outputs: new Map(result) };
      }),
    );
  };
