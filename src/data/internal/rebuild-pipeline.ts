import * as E from 'fp-ts/lib/Either.js';
import type { AnyTransform } from '../augment/define-transform.js';
import { type Pipeline, type PipelineData, pipeline } from '../augment/pipeline.js';

const isDefinition = (value: unknown): value is AnyTransform =>
  typeof value === 'object' && value !== null && 'kind' in value && 'codec' in value && 'step' in value;

const definitionFrom = async ({ kind, module }: PipelineData['custom'][number]): Promise<AnyTransform> => {
  const exports: Readonly<Record<string, unknown>> = await import(module);
  const found = Object.values(exports)
    .filter(isDefinition)
    .find((definition) => definition.kind === kind);
  if (found === undefined) throw new Error(`${module}: expected an export that defines the transform '${kind}'`);
  return found;
};

/** Rebuilds a pipeline in a worker thread: imports the modules of its custom transforms. Rejects if one fails. */
export const rebuildPipeline = async ({ transforms, custom }: PipelineData): Promise<Pipeline> => {
  const rebuilt = pipeline(transforms, { custom: await Promise.all(custom.map(definitionFrom)) });
  if (E.isLeft(rebuilt)) throw new Error(rebuilt.left.message);
  return rebuilt.right;
};
