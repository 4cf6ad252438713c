/**
 * The parts of the report, each from the results to no part or one, as its data are there.
 *
 * @module
 */
import { attentionCaption, attentionFigure, attentionSubject } from './attention.js';
import { attentionDistanceCaption, attentionDistanceFigure } from './attention-distance.js';
import { curvesFigure } from './curves.js';
import type { Part } from './page.js';
import { patchesCaption, patchesFigure } from './patches.js';
import type { RunResults } from './results.js';
import { epochsTable, resultsTable } from './table.js';
import { temperaturesCaption, temperaturesFigure } from './temperatures.js';
import { escapeHtml, moment, SPACE, whole } from './text.js';

type MakePart = (results: RunResults) => readonly Part[];

/** What to make of a value that is there and has something in it. */
const given = <A, B>(
  value: A | undefined,
  content: (value: A) => readonly unknown[],
  make: (value: A) => B,
): readonly B[] => (value === undefined || content(value).length === 0 ? [] : [make(value)]);

const result: MakePart = (results) =>
  results.models.slice(-1).map(({ test }) => ({
    title: 'Result',
    caption: `On ${whole(test.images)} test images of ${escapeHtml(results.dataset.name)}. The small figures are 95${SPACE}% intervals.`,
    content: resultsTable(results),
  }));

const learningCurves: MakePart = (results) =>
  results.models.every(({ epochs }) => epochs.length === 0)
    ? []
    : [
        {
          title: 'Learning curves',
          caption:
            'Training is measured over the course of an epoch, with dropout and augmentation; validation at its end, without either. It may therefore look better than training.',
          content: `${curvesFigure(results)}${results.models.map(epochsTable).join('')}`,
        },
      ];

const patches: MakePart = (results) =>
  given(
    results.patches,
    ({ views }) => views,
    (figure) => ({ title: 'What a token sees', caption: patchesCaption(figure), content: patchesFigure(figure) }),
  );

const attention: MakePart = (results) =>
  given(
    results.attention,
    ({ models }) => models,
    (figure) => ({
      title: 'Attention',
      caption: attentionCaption(figure),
      content: attentionFigure(results, figure),
      aside: attentionSubject(figure),
    }),
  );

const locality: MakePart = (results) => {
  const figures = [
    ...given(
      results.attention,
      ({ models }) => models,
      (figure) => ({ caption: attentionDistanceCaption, content: attentionDistanceFigure(results, figure) }),
    ),
    ...given(
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

const provenance: MakePart = ({ dataset, preset, seed, engine, startedAt, command }) => {
  const rows: readonly (readonly [string, string])[] = [
    ['Data', `${escapeHtml(dataset.name)}, ${whole(dataset.classes)} classes`],
    [
      'Images',
      `${whole(dataset.train)} for training, ${whole(dataset.validation)} for validation, ${whole(dataset.test)} for the test`,
    ],
    ['Preset', escapeHtml(preset)],
    ['Seed', String(seed)],
    ['Engine', escapeHtml(engine)],
    ['Started', escapeHtml(moment(startedAt))],
    ['Command', `<code>${escapeHtml(command)}</code>`],
  ];
  const content = `<dl class="facts">${rows.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('')}</dl>`;
  return [{ title: 'How it was made', caption: '', content }];
};

const all: readonly MakePart[] = [result, learningCurves, patches, attention, locality, provenance];

/** All parts that the results have data for, in reading order. */
export const reportParts: MakePart = (results) => all.flatMap((make) => make(results));
