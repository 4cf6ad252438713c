import * as E from 'fp-ts/lib/Either.js';
import { type ConfigError, configError } from '../core/config.js';
import type { EngineInfo, Origin } from './origin.js';

const show = ({ name, threads, memory }: EngineInfo, other: EngineInfo): string =>
  [
    name === other.name && threads !== other.threads
      ? `${name} with ${threads} ${threads === 1 ? 'thread' : 'threads'}`
      : name,
    ...(memory === undefined || memory === other.memory ? [] : [`a memory budget of ${(memory / 1e9).toFixed(2)} GB`]),
  ].join(' and ');

const isSameEngine = (one: EngineInfo, other: EngineInfo): boolean =>
  one.name === other.name && one.threads === other.threads && one.memory === other.memory;

/** What computes, as far as it differs from another origin and is known. */
const differing = ({ engine, processor, version }: Origin, other: Origin): readonly string[] => [
  ...(isSameEngine(engine, other.engine) ? [] : [show(engine, other.engine)]),
  ...(processor === '' || other.processor === '' || processor === other.processor ? [] : [processor]),
  ...(version === other.version ? [] : [`vitrail ${version}`]),
];

const computing = (before: Origin, now: Origin): readonly string[] => {
  const began = differing(before, now);
  return began.length === 0
    ? []
    : [
        `This run began on ${began.join(', ')} and resumes on ${differing(now, before).join(', ')}: its results may differ in the last bits from those of a run without a stop.`,
      ];
};

const changedSettings = (before: Origin, now: Origin): readonly string[] =>
  Object.keys(now.settings).filter(
    (name) => before.settings[name] !== undefined && before.settings[name] !== now.settings[name],
  );

const settings = (before: Origin, now: Origin): readonly string[] => {
  const changed = changedSettings(before, now);
  return changed.length === 0
    ? []
    : [
        `This run resumes with other settings than it began with (${changed.join(', ')}): its results differ from those of a run without a stop.`,
      ];
};

/** The images that changed, in words; undefined if none did. Images whose fingerprint is not known are not compared. */
const changedImages = (before: Origin, now: Origin): string | undefined => {
  const changed = Object.keys(now.data).filter(
    (use) => before.data[use] !== undefined && before.data[use] !== now.data[use],
  );
  const short = ({ data }: Origin): string => changed.map((use) => data[use]?.slice(0, 8)).join(', ');
  return changed.length === 0
    ? undefined
    : `the ${changed.join(' and ')} images, their labels or their order are not those that this run began with (fingerprint ${short(before)} before, ${short(now)} now)`;
};

// The order of an epoch comes from the key and is cut by the batch size: with others, images would be left out or come twice.
const cutsEpoch = ['batch size', 'key'];

export interface Resuming {
  readonly acceptChangedData: boolean;
  /** Whether some batches of the current epoch are done. */
  readonly isWithinEpoch: boolean;
}

/**
 * Compares where a run began with where it resumes. Other images are an error, unless they are accepted, and so are another batch size
 * or key in the middle of an epoch; everything else that differs is said in sentences.
 */
export const compareOrigins = (
  before: Origin,
  now: Origin,
  { acceptChangedData, isWithinEpoch }: Resuming,
): E.Either<ConfigError, readonly string[]> => {
  const cut = changedSettings(before, now).filter((name) => cutsEpoch.includes(name));
  if (isWithinEpoch && cut.length > 0)
    return E.left(
      configError(
        'start',
        `another ${cut.join(' and ')} than this run began with, in the middle of an epoch: images of it would be left out or come twice. Resume with the same, or change it between epochs`,
      ),
    );
  const images = changedImages(before, now);
  const said = [...computing(before, now), ...settings(before, now)];
  if (images === undefined) return E.right(said);
  return acceptChangedData
    ? E.right([`As accepted, ${images}.`, ...said])
    : E.left(
        configError(
          'start',
          `${images}. Resume with the same images, or accept the change with acceptChangedData: true (--accept-changed-data on the command line)`,
        ),
      );
};
