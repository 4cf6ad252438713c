/**
 * A trained model as a page that predicts in the browser: a static folder.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ConfigError, configError } from '../../core/config.js';
import { type FileError, readBytes } from '../../node/files.js';
import { sha256 } from '../../node/sha256.js';
import { magma } from '../../plot/color-map.js';
import { decodingOf } from '../decoding-of.js';
import { type ExportRunError, type ExportRunOptions, onnxOf } from './export-run.js';
import type { RunModel } from './open-run.js';
import { type OutputFile, textFile, writeFolder } from './output.js';

/** The files of the page itself. The path is the same from src/experiment/node and from dist/experiment/node. */
const PAGE = fileURLToPath(new URL('../../../web', import.meta.url));
const PAGE_FILES = ['index.html', 'page.css', 'page.js', 'model.js', 'drawing.js', 'resize.js'];
const WORKER = 'service-worker.js';

const RUNTIME_FILES = ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

const runtimeFolder = (): TE.TaskEither<ConfigError, string> =>
  TE.tryCatch(
    async () => dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm')),
    () =>
      configError(
        '--web',
        'the page needs ONNX Runtime for browsers, which is not installed: npm install onnxruntime-web@1.30.0',
      ),
  );

const COLORS = 64;

/** All files of the folder. */
export const PAGE_NAMES = [...PAGE_FILES, ...RUNTIME_FILES, 'model.json', 'model.onnx', WORKER];

/** A file of the page, and how many bytes it has. */
export interface PageFile {
  readonly name: string;
  readonly bytes: number;
}

const read = (from: string, names: readonly string[]): TE.TaskEither<FileError, readonly OutputFile[]> =>
  TE.traverseSeqArray((name: string) =>
    pipe(
      readBytes(join(from, name)),
      TE.map((bytes) => ({ name, chunks: [bytes] })),
    ),
  )(names);

/** What the page knows about its model. */
const about = ({ title, model, config }: RunModel) => ({
  title,
  classes: model.classes,
  images: decodingOf(model, config),
  gradient: Array.from({ length: COLORS }, (_, i) => magma(i / (COLORS - 1))),
});

/** The worker keeps these files: others are another version. */
const versioned = (worker: Uint8Array, files: readonly OutputFile[]): OutputFile => {
  const version = sha256([worker, ...files.flatMap(({ chunks }) => chunks)]).slice(0, 16);
  return textFile(WORKER, Buffer.from(worker).toString().replace("'VERSION'", `'${version}'`));
};

/**
 * Writes a folder with a page that predicts images in the browser: the model as ONNX, ONNX Runtime for WebAssembly, and what shows the five
 * most probable classes and where the model looked. It asks no other host, and works without a network after the first load. Any static
 * server serves it; the camera and the work without a network need https or localhost. Gives the files with their sizes.
 *
 * Errors: those of `exportTrained`, a `ConfigError` where `onnxruntime-web` is not installed, and a `FileError`, also for files that are
 * there where `replace` is not true. Then nothing is written.
 *
 * @example
 * const run = await orThrow(openRun('runs/first'));
 * const files = await orThrow(writeWebPage(run, 'page'));
 */
export const writeWebPage = (
  run: RunModel,
  folder: string,
  options: Omit<ExportRunOptions, 'attention'> = {},
): TE.TaskEither<ExportRunError, readonly PageFile[]> =>
  pipe(
    TE.Do,
    TE.bind('runtime', () => TE.chainW((from: string) => read(from, RUNTIME_FILES))(runtimeFolder())),
    TE.bindW('page', () => read(PAGE, PAGE_FILES)),
    TE.bindW('worker', () => readBytes(join(PAGE, WORKER))),
    TE.bindW('model', () => TE.fromEither(onnxOf(run, { ...options, attention: 'map' }))),
    TE.let('files', ({ runtime, page, worker, model: { bytes } }): readonly OutputFile[] => {
      const json = textFile('model.json', `${JSON.stringify(about(run), null, 2)}\n`);
      const kept = [...page, ...runtime, json, { name: 'model.onnx', chunks: [bytes] }];
      return [...kept, versioned(worker, kept)];
    }),
    TE.chainFirstW(({ files }) => writeFolder(folder, files, options)),
    TE.map(({ files }) =>
      files.map(({ name, chunks }) => ({ name, bytes: chunks.reduce((sum, { length }) => sum + length, 0) })),
    ),
  );
