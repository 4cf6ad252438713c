import type { Failure } from '../../core/errors.js';

/** A file that is not valid safetensors, or tensors that the format or this library cannot hold. */
export interface SafetensorsError extends Failure<'SafetensorsError'> {
  /** `the file`, `the header` or `tensor 'blocks/0/norm/scale'`. */
  readonly where: string;
  readonly expected: string;
  readonly actual: string;
}

export const safetensorsError = (where: string, expected: string, actual: string): SafetensorsError => ({
  _tag: 'SafetensorsError',
  where,
  expected,
  actual,
  message: `${where}: expected ${expected}, got ${actual}`,
});

export const wrongChecksum = (expected: string, found: string): SafetensorsError =>
  safetensorsError('the file', `the checksum ${expected}`, `${found}: it is damaged`);

/** Names come from files: a long one is cut, and line breaks are escaped. */
export const tensorNamed = (name: string): string => {
  const text = JSON.stringify(name).slice(1, -1);
  return `tensor '${text.length > 120 ? `${text.slice(0, 117)}…` : text}'`;
};
