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
import { type FileError, readBytes, writeAtomically } from '../../node/files.js';
import { sha256 } from '../../node/sha256.js';
import { magma } from '../../plot/color-map.js';
import { decodingOf } from '../decoding-of.js';
import { type ExportRunError, type ExportRunOptions, onnxOf } from './export-run.js';
import type { RunModel } from './open-run.js';

/** The files of the page itself. The path is the same from src/experiment/node and from dist/experiment/node. */
const PAGE = fileURLToPath(new URL('../../../web', import.meta.url));
const PAGE_FILES = ['index.html', 'page.css', 'page.js', 'resize.js'];

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

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A file of the page, and how many bytes it has. */
export interface PageFile {
  readonly name: string;
  readonly bytes: number;
}

const copied = (from: string, to: string, name: string): TE.TaskEither<FileError, PageFile> =>
  pipe(
    readBytes(join(from, name)),
    TE.chainFirst((bytes) => writeAtomically(join(to, name), [bytes])),
    TE.map(({ length }) => ({ name, bytes: length })),
  );

const written = (folder: string, name: string, content: string | Uint8Array): TE.TaskEither<FileError, PageFile> =>
  pipe(
    writeAtomically(join(folder, name), [content]),
    TE.map(() => ({ name, bytes: Buffer.byteLength(content) })),
  );

/**
 * Writes a folder with a page that predicts images in the browser: the model as ONNX, ONNX Runtime for WebAssembly, and what shows the five
 * most probable classes and where the model looked. It asks no other host, and works without a network after the first load. Any static
 * server serves it; the camera and the work without a network need https or localhost. Gives the files with their sizes.
 *
 * Errors: those of `exportTrained`, a `ConfigError` where `onnxruntime-web` is not installed, and a `FileError`.
 *
 * @example
 * const run = await orThrow(openRun('runs/first'));
 * const files = await orThrow(writeWebPage(run, 'page'));
 */
export const writeWebPage = (
  run: RunModel,
  folder: string,
  options: Pick<ExportRunOptions, 'weights'> = {},
): TE.TaskEither<ExportRunError, readonly PageFile[]> =>
  pipe(
    TE.Do,
    TE.bind('runtime', runtimeFolder),
    TE.bindW('model', () => TE.fromEither(onnxOf(run, { ...options, attention: 'map' }))),
    TE.bindW('worker', () => readBytes(join(PAGE, 'service-worker.js'))),
    TE.chainW(({ runtime, model: { bytes }, worker }) => {
      const about = {
        title: run.title,
        classes: run.model.classes,
        images: decodingOf(run.model, run.config),
        gradient: Array.from({ length: COLORS }, (_, i) => magma(i / (COLORS - 1))),
      };
      const version = sha256([bytes]).slice(0, 16);
      return pipe(
        [
          ...PAGE_FILES.map((name) => copied(PAGE, folder, name)),
          ...RUNTIME_FILES.map((name) => copied(runtime, folder, name)),
          written(folder, 'model.json', json(about)),
          written(folder, 'model.onnx', bytes),
          written(
            folder,
            'service-worker.js',
            Buffer.from(worker).toString().replace('vitrail-VERSION', `vitrail-${version}`),
          ),
        ],
        TE.sequenceSeqArray,
      );
    }),
  );
