/**
 * Numbers for readers, and text escaped for HTML.
 *
 * @module
 */
import type { Interval } from './results.js';

/** Keeps a number and its unit on one line. */
export const SPACE = '\u00a0';
const MINUS = '\u2212';

/** Escapes text for use inside an element or a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A fraction as a percentage: `85.9 %`. */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)}${SPACE}%`;

/** The ends of an interval: `84.3–87.4 %`. */
export const range = ({ low, high }: Interval): string => `${(100 * low).toFixed(1)}–${percent(high)}`;

/** A difference of fractions in percentage points, with its sign: `+2.9`, `−0.4`, `0.0`. */
export const signed = (fraction: number): string => {
  const size = Math.abs(100 * fraction).toFixed(1);
  return Number(size) === 0 ? size : `${fraction < 0 ? MINUS : '+'}${size}`;
};

/** The ends of the interval of a difference: `+0.7 to +5.1`. */
export const signedRange = ({ low, high }: Interval): string => `${signed(low)} to ${signed(high)}`;

/** `313,674` */
export const whole = (count: number): string => Math.round(count).toLocaleString('en');

const scales = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A large count to three digits: `30.2 M`. */
export const scaled = (count: number): string => {
  const [size, letter] = scales.find(([least]) => count >= least) ?? [1, ''];
  const value = count / size;
  return `${value.toFixed(value >= 100 || size === 1 ? 0 : value >= 10 ? 1 : 2)}${letter === '' ? '' : SPACE + letter}`;
};

/** `8.4 s`, `14 min 03 s`, `2 h 05 min` */
export const duration = (seconds: number): string => {
  if (seconds < 59.95) return `${seconds.toFixed(1)}${SPACE}s`;
  const total = Math.round(seconds);
  const [large, small, units] =
    total < 3600
      ? [Math.floor(total / 60), total % 60, ['min', 's'] as const]
      : [Math.floor(total / 3600), Math.floor((total % 3600) / 60), ['h', 'min'] as const];
  return `${large}${SPACE}${units[0]} ${String(small).padStart(2, '0')}${SPACE}${units[1]}`;
};

/** A learning rate: `1e-3`, `9.87e-4`. */
export const rate = (value: number): string =>
  value === 0
    ? '0'
    : value
        .toExponential(2)
        .replace(/\.?0+e/, 'e')
        .replace('+', '');

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** An ISO date in words: `24 November 2026, 14:05 UTC`. Text that is not a date is returned unchanged. */
export const moment = (iso: string): string => {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : `${days.format(time)}, ${new Date(time).toISOString().slice(11, 16)} UTC`;
};
