import * as E from 'fp-ts/lib/Either.js';
import { defineCommand } from '../command.js';
import { runFlags } from '../flags.js';
import { runConflict } from '../run/conflict.js';
import { run, runNotes } from '../run/run.js';

export const compare = defineCommand({
  name: 'compare',
  summary: 'train several models on the same images, compare them and write a report',
  description:
    'Trains a vanilla ViT and one with Shifted Patch Tokenization and Locality Self-Attention on the same images, compares them and writes a report. Without flags it runs the quickstart: a few minutes on two cores, with images that are included.',
  flags: runFlags,
  notes: runNotes,
  conflict: runConflict,
  run: ({ flags, argv }) => run({ flags, argv, choose: E.right, resume: ['--resume'] }),
});
