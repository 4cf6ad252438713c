import { describeSkipped } from '../../data/skipped.js';
import { showBytes } from '../../experiment/disk-use.js';
import type { RunEvent } from '../../experiment/run-events.js';
import { duration, percent, whole } from '../text.js';

const describeDisk = ({ needs, room }: NonNullable<Extract<RunEvent, { kind: 'run' }>['disk']>): string =>
  `writes up to ${showBytes(needs)}${room === undefined ? '' : `; there is room for ${showBytes(room)}`}`;

/** What a run is, before it starts. */
export const describeRun = (event: Extract<RunEvent, { kind: 'run' }>): string => {
  const { dataset, epochs, stepsPerEpoch, preset, seed, store, reason, disk } = event;
  const counts = [
    `${whole(dataset.train)} training`,
    ...(dataset.validation > 0 ? [`${whole(dataset.validation)} validation`] : []),
    `${whole(dataset.test)} test`,
  ];
  return [
    `engine   ${reason.replace(': ', '\n         ')}`,
    `data     ${dataset.name}: ${counts.join(', ')} images, ${dataset.classes} classes`,
    `preset   ${preset}: ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} of ${stepsPerEpoch} ${stepsPerEpoch === 1 ? 'step' : 'steps'}, seed ${seed}`,
    `folder   ${store}`,
    ...(disk === undefined ? [] : [`disk     ${describeDisk(disk)}`]),
    '',
  ].join('\n');
};

/** Which files of the data set are left out: a line for each reason. */
export const describeLeftOut = ({ files }: Extract<RunEvent, { kind: 'skipped' }>): string =>
  [
    files.length === 1 ? 'left out of the data:' : `left out of the data, ${whole(files.length)} files and folders:`,
    ...describeSkipped(files).map((line) => `  ${line}`),
    '',
  ].join('\n');

/** Where a model resumes, or that it has no checkpoint to resume from; undefined in a run that is not resumed. */
export const describeResume = (
  { resumed, missing }: Extract<RunEvent, { kind: 'model' }>,
  epochs: number,
): string | undefined => {
  if (resumed === undefined)
    return missing === undefined ? undefined : `starting at epoch 1: there is no checkpoint ${missing}`;
  return resumed.epoch > epochs
    ? 'trained already'
    : `resuming at epoch ${resumed.epoch}${resumed.batchesDone > 0 ? `, after ${resumed.batchesDone} steps of it` : ''}`;
};

/** `epoch  3/50  loss 1.234  accuracy 56.7 %` */
export const describeMetrics = (epoch: number, epochs: number, loss: number, top1: number): string =>
  `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  loss ${loss.toFixed(3)}  accuracy ${percent(top1)}`;

/** A duration, or a dash while it is unknown. */
export const durationOrDash = (seconds: number): string => (Number.isFinite(seconds) ? duration(seconds) : '–');

/** A speed, or a dash while it is unknown. */
export const speedOrDash = (imagesPerSecond: number): string =>
  Number.isFinite(imagesPerSecond) ? whole(imagesPerSecond) : '–';
