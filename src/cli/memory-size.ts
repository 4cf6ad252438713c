import * as t from 'io-ts';

const UNITS = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 } as const;

const isUnit = (text: string): text is keyof typeof UNITS => text in UNITS;

/** The bytes of `4GB`, `2.5 GB`, `512MiB` or `4g`; undefined for anything else. */
export const bytesIn = (text: string): number | undefined => {
  const [, digits = '', letters = ''] = /^(\d+(?:\.\d+)?) ?([kmgt](?:i?b)?)$/i.exec(text.trim()) ?? [];
  const unit = letters.length === 1 ? `${letters}b`.toLowerCase() : letters.toLowerCase();
  const bytes = isUnit(unit) ? Math.round(Number(digits) * UNITS[unit]) : 0;
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
};

const expected = 'an amount of memory with its unit, such as 4GB or 512MB';

/** An amount of memory on the command line, in bytes. */
export const memorySize = new t.Type<number, unknown>(
  expected,
  t.number.is,
  (text, context) => {
    const bytes = typeof text === 'string' ? bytesIn(text) : undefined;
    return bytes === undefined ? t.failure(text, context, expected) : t.success(bytes);
  },
  String,
);
