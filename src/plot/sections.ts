/**
 * The sections of the report. Each is made from the results, and left out if its data is missing.
 *
 * @module
 */

import { attentionCaption, attentionFigure, attentionSubject } from './attention.js';
import { attentionDistanceCaption, attentionDistanceFigure } from './attention-distance.js';
import { curvesFigure } from './curves.js';
import type { Section } from './page.js';
import { patchesCaption, patchesFigure } from './patches.js';
import type { RunResults } from './results.js';
import { drawn, factsSection, skippedSection } from './shared-sections.js';
import { epochsTable, resultsTable } from './table.js';
import { temperaturesCaption, temperaturesFigure } from './temperatures.js';
import { escapeHtml, moment, SPACE, whole } from './text.js';

type MakeSections = (results: RunResults) => readonly Section[];

/** Applies `make` to a value that is present and has content. */
const ifPresent = <A, B>(
  value: A | undefined,
  content: (value: A) => readonly unknown[],
  make: (value: A) => B,
): readonly B[] => (value === undefined || content(value).length === 0 ? [] : [make(value)]);

const result: MakeSections = (results) =>
  results.models.slice(-1).map(({ test }) => ({
    title: 'Results',
    caption: `On ${whole(test.images)} test images of ${escapeHtml(results.dataset.name)}. The ranges in small type are 95${SPACE}% confidence intervals.`,
    content: resultsTable(results),
  }));

const learningCurves: MakeSections = (results) =>
  results.models.every(({ epochs }) => epochs.length === 0)
    ? []
    : [
        {
          title: 'Learning curves',
          caption:
            'Training metrics are averages over an epoch, with dropout and augmentation. Validation metrics are computed at the end of the epoch without either, so they may be better than those of training.',
          content: `${curvesFigure(results)}${results.models.map(epochsTable).join('')}`,
        },
      ];

const patches: MakeSections = (results) =>
  ifPresent(
    results.patches,
    ({ views }) => views,
    (figure) => ({ title: 'What a token sees', caption: patchesCaption(figure), content: patchesFigure(figure) }),
  );

const attention: MakeSections = (results) =>
  ifPresent(
    results.attention,
    ({ models }) => models,
    (figure) => ({
      title: 'Attention',
      caption: attentionCaption(figure),
      content: attentionFigure(results, figure),
      marginFigure: attentionSubject(figure),
    }),
  );

const locality: MakeSections = (results) => {
  const figures = [
    ...ifPresent(
      results.attention,
      ({ models }) => models,
      (figure) => ({ caption: attentionDistanceCaption, content: attentionDistanceFigure(results, figure) }),
    ),
    ...ifPresent(
      results.temperatures,
      ({ blocks }) => blocks,
      (figure) => ({ caption: temperaturesCaption(figure), content: temperaturesFigure(results, figure) }),
    ),
  ];
  return figures.length === 0
    ? []
    : [
        {
          title: 'Locality',
          caption: figures.map(({ caption }) => caption).join(' '),
          content: `<div class="pair">${figures.map(({ content }) => content).join('')}</div>`,
        },
      ];
};

const skipped: MakeSections = ({ skipped: files = [] }) => skippedSection(files);

const uses: MakeSections = ({ uses: commands = [] }) =>
  commands.length === 0
    ? []
    : factsSection(
        'Use the model',
        commands.map(([what, command]) => [escapeHtml(what), `<code>${escapeHtml(command)}</code>`]),
      );

const provenance: MakeSections = ({ dataset, preset, seed, engine, startedAt, command }) => {
  return factsSection('How to reproduce this run', [
    ['Data set', `${escapeHtml(dataset.name)}, ${whole(dataset.classes)} classes`],
    [
      'Images',
      `${whole(dataset.train)} training, ${whole(dataset.validation)} validation, ${whole(dataset.test)} test`,
    ],
    ['Preset', escapeHtml(preset)],
    ['Seed', String(seed)],
    ['Engine', escapeHtml(engine)],
    ['Started', escapeHtml(moment(startedAt))],
    ['Command', `<code>${escapeHtml(command)}</code>`],
  ]);
};

const all: readonly MakeSections[] = [result, learningCurves, patches, attention, locality, skipped, uses, provenance];

/** All sections that the results have data for, in reading order. */
export const reportSections: MakeSections = (results) => all.flatMap((make) => drawn(make)(results));
