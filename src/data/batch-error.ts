import type { Failure } from '../core/errors.js';

/** Why a batch cannot be made or read. */
export interface BatchError extends Failure<'BatchError'> {}

export const batchError = (message: string): BatchError => ({ _tag: 'BatchError', message });
