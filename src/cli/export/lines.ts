import type { ExportedModel, ExportedValue } from '../../engine/index.js';
import { HUB_FILES } from '../../experiment/node/hub-folder.js';
import type { PageFile } from '../../experiment/node/web-page.js';

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

/** `page (18.6 MB, 14.2 MB of it ONNX Runtime): …` */
export const webLine = (folder: string, files: readonly PageFile[]): string => {
  const sizeOf = (some: readonly PageFile[]): string => showBytes(some.reduce((sum, { bytes }) => sum + bytes, 0));
  const runtime = files.filter(({ name }) => name.startsWith('ort'));
  return `${folder} (${sizeOf(files)}, ${sizeOf(runtime)} of it ONNX Runtime): serve it with any static server, such as: npx http-server ${folder}`;
};

/** `hub: README.md, config.json, … Fill in what is marked TODO in README.md.` */
export const hubLine = (folder: string): string =>
  `${folder}: ${HUB_FILES.join(', ')}. Fill in what is marked TODO in README.md, then upload the folder.`;
