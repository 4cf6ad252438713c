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

/** A path, which is not empty: `''` would be the folder where one is. */
export const pathText = new t.Type<string, unknown>(
  'a path',
  t.string.is,
  (text, context) =>
    typeof text === 'string' && text.trim() !== '' ? t.success(text) : t.failure(text, context, 'a path'),
  String,
);

const numberText = (expected: string, accepts: (value: number) => boolean): t.Type<number, unknown> =>
  new t.Type<number, unknown>(
    expected,
    t.number.is,
    (text, context) =>
      typeof text === 'string' && /^[-+.\de]+$/i.test(text) && accepts(Number(text))
        ? t.success(Number(text))
        : t.failure(text, context, expected),
    String,
  );

/** At least 0 and less than 1. */
export const fractionText = numberText('a number from 0 up to 1, without 1', (value) => value >= 0 && value < 1);

const rateText = numberText('a number above 0', (value) => value > 0 && Number.isFinite(value));

/** A learning rate, for all parameters or for those of a pattern. */
export interface GivenRate {
  readonly pattern?: string;
  readonly learningRate: number;
}

const isRate = (value: unknown): value is GivenRate =>
  typeof value === 'object' && value !== null && 'learningRate' in value;

/** `0.001`, or `head/**=0.01` for the parameters of a pattern. */
export const givenRate = new t.Type<GivenRate, unknown>(
  'a learning rate',
  isRate,
  (text, context) => {
    const [, pattern, number] = typeof text === 'string' ? (/^(?:(.+)=)?([^=]*)$/s.exec(text) ?? []) : [];
    const rate = rateText.decode(number);
    return rate._tag === 'Right'
      ? t.success({ ...(pattern === undefined ? {} : { pattern }), learningRate: rate.right })
      : t.failure(text, context, 'a number above 0, or PATTERN=NUMBER');
  },
  ({ pattern, learningRate }) => (pattern === undefined ? String(learningRate) : `${pattern}=${learningRate}`),
);

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
