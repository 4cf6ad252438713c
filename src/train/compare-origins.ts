import * as E from 'fp-ts/lib/Either.js';
import { type ConfigError, configError } from '../core/config.js';
import type { EngineInfo, Origin } from './origin.js';

const show = ({ name, threads }: EngineInfo, other: EngineInfo): string =>
  name === other.name ? `${name} with ${threads} ${threads === 1 ? 'thread' : 'threads'}` : name;

/** What computes, as far as it differs from another origin and is known. */
const differing = ({ engine, processor, version }: Origin, other: Origin): readonly string[] => [
  ...(engine.name === other.engine.name && engine.threads === other.engine.threads ? [] : [show(engine, other.engine)]),
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

const settings = (before: Origin, now: Origin): readonly string[] => {
  const changed = Object.keys(now.settings).filter(
    (name) => before.settings[name] !== undefined && before.settings[name] !== now.settings[name],
  );
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

/**
 * Compares where a run began with where it resumes. Other images are an error, unless they are accepted; everything else that differs
 * is said in sentences.
 */
export const compareOrigins = (
  before: Origin,
  now: Origin,
  acceptChangedData: boolean,
): E.Either<ConfigError, readonly string[]> => {
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
