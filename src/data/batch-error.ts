import type { Failure } from '../core/errors.js';

/** A batch that could not be made. */
export interface BatchError extends Failure<'BatchError'> {}

export const batchError = (message: string): BatchError => ({ _tag: 'BatchError', message });
