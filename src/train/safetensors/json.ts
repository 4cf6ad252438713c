import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type SafetensorsError, safetensorsError } from './error.js';

const problem = (expected: string, actual: string) => E.left(safetensorsError('the header', expected, actual));

/** The header is an object of entries, which are objects with lists. */
const DEPTH = 3;

/** The position behind the string that starts at a quotation mark. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
};

/** Whether a colon is the next thing at a position: then the string before it is a name. */
const isColonNext = (text: string, at: number): boolean => {
  const colon = /[ \t\r\n]*:/y;
  colon.lastIndex = at;
  return colon.test(text);
};

/**
 * Refuses what `JSON.parse` would accept but no header has: a name that occurs twice in one object, where `JSON.parse`
 * silently takes the last, and deep nesting. `text` is valid JSON.
 */
const checkStructure = (text: string): E.Either<SafetensorsError, void> => {
  // A local stack with the names of each open object.
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; ) {
    const character = text[at];
    const end = character === '"' ? endOfString(text, at) : at + 1;
    if (character === '{' || character === '[') {
      open.push(new Set());
      if (open.length > DEPTH) return problem(`JSON at most ${DEPTH} levels deep`, 'more levels');
    } else if (character === '}' || character === ']') open.pop();
    else if (character === '"' && isColonNext(text, end)) {
      const name = String(JSON.parse(text.slice(at, end)));
      const names = open.at(-1);
      if (names?.has(name)) return problem('every name once', `${JSON.stringify(name)} twice`);
      names?.add(name);
    }
    at = end;
  }
  return E.right(undefined);
};

/** Any JSON object; its values are still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses the JSON of a header. Names such as `__proto__` become ordinary properties, as `JSON.parse` defines them. */
export const parseJson = (bytes: Uint8Array): E.Either<SafetensorsError, JsonObject> =>
  pipe(
    E.tryCatch(
      () => {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        const value: unknown = JSON.parse(text);
        return { text, value };
      },
      () => safetensorsError('the header', 'JSON in UTF-8', 'something else'),
    ),
    E.chain(({ text, value }) =>
      isObject(value)
        ? pipe(
            checkStructure(text),
            E.map(() => value),
          )
        : problem('a JSON object', Array.isArray(value) ? 'a list' : typeof value),
    ),
  );
