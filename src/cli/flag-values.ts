/**
 * Codecs of what is written after a flag.
 *
 * @module
 */
import * as t from 'io-ts';
import type { EngineName } from '../engine/choose.js';

const wholeNumberText = (expected: string, least: number): t.Type<number, unknown> =>
  new t.Type<number, unknown>(
    expected,
    t.number.is,
    (text, context) =>
      typeof text === 'string' && /^-?\d{1,15}$/.test(text) && Number(text) >= least
        ? t.success(Number(text))
        : t.failure(text, context, expected),
    String,
  );

export const positiveText = wholeNumberText('a whole number above 0', 1);

export const integerText = wholeNumberText('a whole number', Number.MIN_SAFE_INTEGER);

const isEngine = (value: unknown): value is EngineName =>
  typeof value === 'string' && /^(auto|jit|jit:tfjs-node|jit:tfjs-node-gpu|eager|eager:.+)$/.test(value);

/** The name of an engine, as `chooseEngine` takes it. */
export const engineName = new t.Type<EngineName, unknown>(
  'an engine',
  isEngine,
  (text, context) =>
    isEngine(text)
      ? t.success(text)
      : t.failure(text, context, 'auto, jit, jit:tfjs-node, jit:tfjs-node-gpu, eager or eager:BACKEND'),
  String,
);
