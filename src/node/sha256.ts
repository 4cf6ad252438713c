import { createHash } from 'node:crypto';

/** The SHA-256 of chunks one after the other, in hexadecimal. */
export const sha256 = (chunks: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
};
