import type { Timing } from './timing.js';

/** A number with its significant digits. */
export const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** A missing value. */
export const none = '–';

export const optional = (value: number | undefined, show: (value: number) => string = number): string =>
  value === undefined ? none : show(value);

export const percent = (share: number): string => `${(100 * share).toFixed(share < 0.095 ? 1 : 0)} %`;

export const times = (ratio: number): string => `${ratio.toFixed(ratio < 9.95 ? 2 : 1)} ×`;

export const range = ({ min, median }: Timing): string => `${number(min)} – ${number(median)}`;

export const withOrWithout = (is: boolean): string => (is ? 'with' : 'without');
