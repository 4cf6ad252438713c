/**
 * The sections of the report of an evaluation.
 *
 * @module
 */
import type { Section } from '../page.js';
import { drawn, factsSection, skippedSection } from '../shared-sections.js';
import { hasTop5 } from '../table.js';
import { escapeHtml, moment, percent, range, SPACE, scaled, whole } from '../text.js';
import { calibrationSentence, reliabilityFigure } from './calibration.js';
import { classTable } from './class-table.js';
import { confusionFigure } from './confusion.js';
import { mistakesGallery } from './mistakes.js';
import type { EvaluationResults } from './results.js';

type MakeSections = (results: EvaluationResults) => readonly Section[];

const result: MakeSections = (results) => {
  const { test, model, calibration, images } = results;
  const rows: readonly (readonly [string, string])[] = [
    ['Top-1 accuracy', `${percent(test.top1.value)} <small>${range(test.top1)}</small>`],
    ...(hasTop5({ classes: results.classes.length })
      ? [['Top-5 accuracy', `${percent(test.top5.value)} <small>${range(test.top5)}</small>`] as const]
      : []),
    ['Loss', test.loss.toFixed(3)],
    ['Expected calibration error', `${(100 * calibration.error).toFixed(1)} points`],
    ['Parameters', whole(model.parameters)],
    ['Multiply-accumulates per image', scaled(model.macs)],
  ];
  return [
    {
      title: 'Results',
      caption: `On ${whole(test.images)} ${images.which} of ${escapeHtml(images.name)}. The ranges in small type are 95${SPACE}% confidence intervals.`,
      content: `<div class="scroll"><table><tbody>${rows.map(([title, text]) => `<tr><th scope="row">${title}</th><td>${text}</td></tr>`).join('')}</tbody></table></div>`,
    },
  ];
};

const mistakes: MakeSections = (results) =>
  results.mistakes.length === 0
    ? []
    : [
        {
          title: 'The surest mistakes',
          caption:
            'Wrong predictions with the highest confidence, which is the number beside the predicted class. The other number is the probability of the right class. Labels that are wrong are often among them.',
          content: mistakesGallery(results.mistakes),
        },
      ];

const classes: MakeSections = (results) => [
  {
    title: 'Classes',
    caption: `The class with the lowest accuracy is first. Accuracy is the fraction of its images that are recognized (recall), with its 95${SPACE}% confidence interval; precision is the fraction of right ones among those taken for it.`,
    content: classTable(results.classes),
  },
];

const confusion: MakeSections = (results) => [
  {
    title: 'Confusion matrix',
    caption:
      'A row has the images of one class, a column those that are taken for one. Both are in the same order, so the diagonal is right. Colors show the share of the class.',
    content: confusionFigure(results),
  },
];

const calibration: MakeSections = (results) => [
  {
    title: 'Calibration',
    caption: `Each dot stands for the predictions of one range of confidence, the larger the more there are; lines are 95${SPACE}% confidence intervals. Where probabilities can be trusted, the dots lie on the diagonal; below it, the model is too sure. ${calibrationSentence(results.calibration)}`,
    content: reliabilityFigure(results.calibration),
  },
];

const skipped: MakeSections = ({ skipped: files }) => skippedSection(files);

const provenance: MakeSections = ({ model, images, test, engine, startedAt, command }) =>
  factsSection('How to reproduce this evaluation', [
    ['Model', `${escapeHtml(model.path)}, after ${whole(model.epochs)} ${model.epochs === 1 ? 'epoch' : 'epochs'}`],
    ['Images', `${whole(test.images)} ${images.which} of ${escapeHtml(images.folder ?? images.name)}`],
    ['Engine', escapeHtml(engine)],
    ['Started', escapeHtml(moment(startedAt))],
    ['Command', `<code>${escapeHtml(command)}</code>`],
  ]);

const all: readonly MakeSections[] = [result, mistakes, classes, confusion, calibration, skipped, provenance];

/** All sections that the results have data for, in reading order. */
export const evaluationSections: MakeSections = (results) => all.flatMap((make) => drawn(make)(results));
