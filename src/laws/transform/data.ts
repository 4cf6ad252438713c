/** A transform is plain data: in configurations, in checkpoints, and in worker threads. */
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { rebuildPipeline } from '../../data/internal/rebuild-pipeline.js';
import { differingNumber } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type Prepared, type TransformCase, withPrepared } from './subject.js';

const codecProblem = ({ definition }: TransformCase, { transform }: Prepared): Problem => {
  const written = definition.codec.encode(transform);
  const read = definition.codec.decode(JSON.parse(JSON.stringify(written)));
  if (E.isLeft(read)) return `the codec refuses what it wrote: ${JSON.stringify(written)}`;
  const [before, after] = [written, definition.codec.encode(read.right)].map((each) => fc.stringify(each));
  return before === after ? undefined : `written as JSON and read again, ${before} is ${after}`;
};

const adaptProblem = ({ definition }: TransformCase, { transform, source }: Prepared): Problem => {
  const again = definition.adapt(transform, source);
  if (E.isLeft(again)) return `adapting again fails: ${again.left.message}`;
  const [before, after] = [transform, again.right].map((each) => fc.stringify(each));
  return before === after ? undefined : `adapting again changes ${before} to ${after}`;
};

const threadProblem = async (_: TransformCase, { pipeline, image, key }: Prepared): Promise<Problem> => {
  // Without a module, batches are made in the main thread.
  if (pipeline.threadData === undefined) return undefined;
  const rebuilt = await rebuildPipeline(pipeline.threadData);
  const different = differingNumber(rebuilt.augment(key, image).data, pipeline.augment(key, image).data);
  return different && `value ${different.at} is ${different.actual} in a thread, and ${different.expected} here`;
};

/** The laws of the transform as data. */
export const dataLaws = (cases: fc.Arbitrary<TransformCase>): readonly Law[] => {
  const law = (
    name: string,
    problemOf: (given: TransformCase, prepared: Prepared) => Problem | Promise<Problem>,
    lookAt: string,
  ): Law =>
    makeLaw({
      name,
      cases,
      problemOf: (given) => withPrepared(given, (prepared) => problemOf(given, prepared)),
      lookAt,
      runs: 5,
    });
  return [
    law('the settings survive JSON', codecProblem, 'the codec of the settings: plain data only'),
    law('adapting again changes nothing', adaptProblem, 'adapt: settings that are given stay as they are'),
    law(
      'a worker thread finds the same transform',
      threadProblem,
      'module: import.meta.url of the file that exports the definition',
    ),
  ];
};
