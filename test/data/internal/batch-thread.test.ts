import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fold, key } from '../../../src/core/key.js';
import { type BatchError, type BatchRequest, makeBatch, type PipelineData, pipeline } from '../../../src/data/index.js';
import type { BatchMaker } from '../../../src/data/internal/batch-maker.js';
import { batchThread } from '../../../src/data/internal/batch-thread.js';
import { adapted, left, right, someImages } from '../fixtures.js';
import { gradients } from '../gradients.js';

const sets = [someImages(23), someImages(9, 7, 3, 3)] as const;
const here = adapted(
  [{ kind: 'normalize' }, { kind: 'flip' }, { kind: 'rotate', factor: 0.1 }, { kind: 'shift', pixels: 2 }],
  sets[0],
);
const data: PipelineData = { transforms: here.transforms, custom: [] };
const tag = { purpose: 'training', epoch: 1, index: 2, count: 3 } as const;

/** A thread that has loaded, or the error with which it ended. */
const started = async (given: PipelineData): Promise<BatchMaker | BatchError> => {
  let thread: BatchMaker | undefined;
  const first = await new Promise<BatchError | undefined>((resolve) => {
    const starting = batchThread(given, { onReady: () => resolve(undefined), onEnd: resolve })();
    starting.then((result) => {
      thread = right(result);
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
      ...tag,
      source: images,
      indices: Uint32Array.from(indices),
      ...(epoch === undefined ? {} : { epochKey: fold(key(7), epoch) }),
    })),
);

describe('a thread', () => {
  test('makes the same bits as this thread, in the order of the requests', async () => {
    const thread = (await started(data)) as BatchMaker;
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 5 }), async (requests) => {
        const made = await Promise.all(requests.map(thread.make));
        expect(made).toEqual(requests.map(makeBatch(here)));
      }),
      { numRuns: 50 },
    );
  });

  test('reports which batch failed, and continues', async () => {
    const thread = (await started({ transforms: [], custom: [] })) as BatchMaker;
    const ask = (source: BatchRequest['source'], ...indices: number[]) =>
      thread.make({ ...tag, source, indices: Uint32Array.from(indices) });
    const broken = gradients({ count: 9, broken: 1 });
    const results = await Promise.all([ask(broken, 3, 1), ask(broken, 3, 1), ask(broken, 3, 2)]);
    for (const result of results.slice(0, 2))
      expect(left(result).message).toMatch(/^the batch of images 3, 1: expected .*, got Error: this image is broken/);
    const request = { ...tag, source: gradients({ count: 9 }), indices: Uint32Array.of(3, 2) };
    expect(results[2]).toEqual(makeBatch(right(pipeline([])))(request));
    expect(thread.busy()).toBe(0);
  });

  test('reports a source that cannot be created or sent', async () => {
    const thread = (await started({ transforms: [], custom: [] })) as BatchMaker;
    const from = (threadData: object) =>
      thread.make({
        ...tag,
        source: Object.defineProperty({ ...sets[0] }, 'threadData', { value: threadData }),
        indices: Uint32Array.of(1),
      });
    const gone = await from({ kind: 'module', module: 'file:///not/there.js', name: 'source', options: {} });
    expect(left(gone).message).toMatch(/^a source of images cannot be made in a thread: .*not\/there/);
    const { module } = gradients({ count: 1 }).threadData as { readonly module: string };
    const unknown = await from({ kind: 'module', module, name: 'other', options: {} });
    expect(left(unknown).message).toContain("expected 'other' to be a function that returns an image source");
    const unsendable = await from({ kind: 'module', module, name: 'gradients', options: { count: () => 1 } });
    expect(left(unsendable).message).toMatch(/^a thread cannot be sent its images: /);
    expect(thread.busy()).toBe(0);
  });

  test('that fails to start reports why and what to do', async () => {
    const ended = await started({ transforms: [{ kind: 'normalize' }], custom: [] });
    expect(ended).toMatchObject({ _tag: 'BatchError', message: expect.stringMatching(/expected mean.*workers to 0/) });
    const module = new URL('../gradients.ts', import.meta.url).href;
    const lost = await started({ transforms: [{ kind: 'posterize' }], custom: [{ kind: 'posterize', module }] });
    expect(lost).toMatchObject({
      message: expect.stringContaining("an export that defines the transform 'posterize'"),
    });
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

test('the module of a thread loads no packages except io-ts and fp-ts, so that it starts fast', () => {
  const modules = loaded(new URL('../../../src/data/internal/batch-worker.ts', import.meta.url));
  const packages = [...modules].filter((name) => !name.startsWith('file:') && !name.startsWith('fp-ts/lib/'));
  expect(packages.sort()).toEqual(['io-ts', 'node:worker_threads']);
  expect([...modules].some((name) => name.endsWith('/core/threefry.ts'))).toBe(true);
});

test('vitrail/data imports no Node modules, and no packages except io-ts and fp-ts', () => {
  const packages = [...loaded(new URL('../../../src/data/index.ts', import.meta.url))].filter(
    (name) => !name.startsWith('file:') && !name.startsWith('fp-ts/lib/'),
  );
  expect(packages).toEqual(['io-ts']);
});
