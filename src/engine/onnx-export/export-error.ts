import type { Failure } from '../../core/errors.js';

/** Why something cannot be exported, and what to do about it. */
export interface ExportError extends Failure<'ExportError'> {}

export const exportError = (message: string): ExportError => ({ _tag: 'ExportError', message });
