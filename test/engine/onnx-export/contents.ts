import { PbfReader } from 'pbf';

type Field = readonly [field: number, value: number | Uint8Array];

/** The fields of a protobuf message, in order; what is neither a varint nor bytes is left out. */
const fieldsOf = (bytes: Uint8Array): readonly Field[] => {
  const fields: Field[] = [];
  const reader = new PbfReader(bytes);
  while (reader.pos < reader.length) {
    const tag = reader.readVarint();
    const field = tag >> 3;
    if ((tag & 7) === 0) fields.push([field, reader.readVarint()]);
    else if ((tag & 7) === 2) fields.push([field, reader.readBytes()]);
    else reader.skip(tag);
  }
  return fields;
};

const valuesOf = (fields: readonly Field[], wanted: number) =>
  fields.flatMap(([field, value]) => (field === wanted ? [value] : []));
const messagesOf = (fields: readonly Field[], wanted: number): readonly (readonly Field[])[] =>
  valuesOf(fields, wanted).flatMap((value) => (typeof value === 'number' ? [] : [fieldsOf(value)]));
const textOf = (fields: readonly Field[], wanted: number): string => {
  const [value = new Uint8Array()] = valuesOf(fields, wanted);
  return typeof value === 'number' ? String(value) : new TextDecoder().decode(value);
};
const numberOf = (fields: readonly Field[], wanted: number): number => {
  const [value] = valuesOf(fields, wanted);
  return typeof value === 'number' ? value : Number.NaN;
};

const typeNames: Readonly<Record<number, string>> = { 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool', 10: 'float16' };

/** What stands in an ONNX file, by the numbers of onnx.proto. */
export const contentsOf = (bytes: Uint8Array) => {
  const model = fieldsOf(bytes);
  const graph = messagesOf(model, 7).flat();
  return {
    opsets: messagesOf(model, 8).map((opset) => [textOf(opset, 1), numberOf(opset, 2)] as const),
    metadata: Object.fromEntries(messagesOf(model, 14).map((entry) => [textOf(entry, 1), textOf(entry, 2)])),
    operators: messagesOf(graph, 1).map((node) => ({ operator: textOf(node, 4), domain: textOf(node, 7) })),
    constants: messagesOf(graph, 5).map(
      (tensor) => [textOf(tensor, 8), typeNames[numberOf(tensor, 2)] ?? 'another'] as const,
    ),
    inputs: messagesOf(graph, 11).map((value) => {
      const dimensions = messagesOf(value, 2)
        .flatMap((type) => messagesOf(type, 1))
        .flatMap((tensor) => messagesOf(tensor, 2))
        .flatMap((shape) => messagesOf(shape, 1));
      return [textOf(value, 1), dimensions.map((one) => textOf(one, 2) || numberOf(one, 1))] as const;
    }),
  };
};
