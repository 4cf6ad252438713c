import type { ExportedModel, ExportedValue } from '../../engine/index.js';

/** `probabilities [batch, 10]` */
const describeValue = ({ name, shape }: ExportedValue): string => `${name} [${shape.join(', ')}]`;

/** `4.2 MB` */
export const showBytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** `model.onnx (4.2 MB): images [batch, 28, 28, 1] → probabilities [batch, 10]` */
export const onnxLine = (path: string, { bytes, inputs, outputs }: ExportedModel): string => {
  const describe = (values: readonly ExportedValue[]): string => values.map(describeValue).join(', ');
  return `${path} (${showBytes(bytes.length)}): ${describe(inputs)} → ${describe(outputs)}`;
};
