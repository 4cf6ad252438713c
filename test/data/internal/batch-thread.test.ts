import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fold, key } from '../../../src/core/key.js';
import type { PipelineData } from '../../../src/data/augment/pipeline.js';
import type { BatchError } from '../../../src/data/batch-error.js';
import { adaptNormalization, type BatchRequest, makeBatch, pipeline } from '../../../src/data/index.js';
import type { BatchMaker } from '../../../src/data/internal/batch-maker.js';
import { batchThread } from '../../../src/data/internal/batch-thread.js';
import { left, right, someImages } from '../fixtures.js';

const sets = [someImages(23), someImages(9, 7, 3, 1)] as const;
const data: PipelineData = {
  transforms: [{ kind: 'normalize' }, { kind: 'flip' }, { kind: 'rotate', factor: 0.1 }, { kind: 'shift', pixels: 2 }],
  statistics: adaptNormalization(sets[0]),
};

/** A thread that has loaded, or the error that it ended with. */
const started = async (given: PipelineData): Promise<BatchMaker | BatchError> => {
  let thread: BatchMaker | undefined;
  const first = await new Promise<BatchError | undefined>((resolve) => {
    const starting = batchThread(given, { onReady: () => resolve(undefined), onEnd: resolve })();
    starting.then((answer) => {
      thread = right(answer);
    });
  });
  onTestFinished(() => thread?.close());
  return first ?? thread!;
};

const request: fc.Arbitrary<BatchRequest> = fc.constantFrom(...sets).chain((images) =>
  fc
    .record({
      indices: fc.array(fc.nat(images.count - 1), { minLength: 1, maxLength: 6 }),
      epoch: fc.option(fc.nat(), { nil: undefined }),
    })
    .map(({ indices, epoch }) => ({
      images,
      indices: Uint32Array.from(indices),
      ...(epoch === undefined ? {} : { epochKey: fold(key(7), epoch) }),
    })),
);

describe('a thread', () => {
  test('makes what is made here, bit by bit, in the order of the requests', async () => {
    const thread = (await started(data)) as BatchMaker;
    const here = makeBatch(pipeline(data.transforms, data.statistics));
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 5 }), async (requests) => {
        const made = await Promise.all(requests.map(thread.make));
        expect(made.map(right)).toEqual(requests.map(here));
      }),
      { numRuns: 50 },
    );
  });

  test('says of which batch a transform threw, and goes on', async () => {
    const flip = Object.create({ kind: 'flip' }) as { readonly kind: 'flip' };
    const thread = (await started({ ...data, transforms: [flip] })) as BatchMaker;
    const asked = { images: sets[0], indices: Uint32Array.of(3, 1) };
    const answers = await Promise.all([thread.make(asked), thread.make(asked)]);
    for (const answer of answers) {
      expect(left(answer).message).toMatch(/^the batch of images 3, 1: expected the pipeline .*, got TypeError/);
    }
    expect(thread.busy()).toBe(0);
  });

  test('that ends by itself says why and what to do', async () => {
    const ended = await started({ ...data, transforms: undefined as never });
    expect(ended).toMatchObject({ _tag: 'BatchError', message: expect.stringMatching(/TypeError.*workers: 0/) });
  });
});

/** The modules of this package that a module loads, itself included, and the packages that they load. */
const loaded = (module: URL, seen: Set<string> = new Set()): ReadonlySet<string> => {
  if (seen.has(module.href)) return seen;
  seen.add(module.href);
  const source = readFileSync(module, 'utf8');
  for (const [, name] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm)) {
    if (name!.startsWith('.')) loaded(new URL(name!.replace(/\.js$/, '.ts'), module), seen);
    else seen.add(name!);
  }
  return seen;
};

test('the module of a thread loads no package, so that it starts in a moment', () => {
  const modules = loaded(new URL('../../../src/data/internal/batch-worker.ts', import.meta.url));
  expect([...modules].filter((name) => !name.startsWith('file:'))).toEqual(['node:worker_threads']);
  expect([...modules].some((name) => name.endsWith('/core/threefry.ts'))).toBe(true);
});
