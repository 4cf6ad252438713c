import { createHash } from 'node:crypto';

// Node hashes less than 2 GiB at a time.
const PIECE_BYTES = 2 ** 30;

/** A SHA-256 that is computed piece by piece. */
export interface RunningSha256 {
  readonly add: (bytes: Uint8Array) => void;
  /** In hexadecimal; the last call. */
  readonly end: () => string;
}

export const runningSha256 = (): RunningSha256 => {
  const hash = createHash('sha256');
  return {
    add: (bytes) => {
      for (let start = 0; start < bytes.length; start += PIECE_BYTES)
        hash.update(bytes.subarray(start, start + PIECE_BYTES));
    },
    end: () => hash.digest('hex'),
  };
};

/** The SHA-256 of chunks one after the other, in hexadecimal. */
export const sha256 = (chunks: readonly Uint8Array[]): string => {
  const { add, end } = runningSha256();
  for (const chunk of chunks) add(chunk);
  return end();
};
