/**
 * Codecs for input written by people: configurations, flags, manifests. An error names the field, what was expected and what
 * was given.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import type { Failure } from './errors.js';
import { DEEPEST, isDeeper } from './internal/nesting.js';

export {
  atMost,
  notNegative,
  numberThat,
  positive,
  positiveInteger,
  properFraction,
  size,
  wholeNumber,
} from './numbers.js';

/** A value that a codec refuses. `field` and `problem` describe the first error; `message` lists them all. */
export interface ConfigError extends Failure<'ConfigError'> {
  /** The path of the field: `model.heads`. Empty if the value as a whole is wrong. */
  readonly field: string;
  /** What is wrong, without the field: `expected a positive whole number, got 0`. */
  readonly problem: string;
  /** The other errors of the same value. */
  readonly others: readonly Problem[];
}

interface Problem {
  readonly field: string;
  readonly problem: string;
}

/** Errors beyond this number are only counted. */
const MOST = 5;

const sentence = ({ field, problem }: Problem): string => (field === '' ? problem : `${field}: ${problem}`);

export const configError = (field: string, problem: string, others: readonly Problem[] = []): ConfigError => {
  const all = [{ field, problem }, ...others];
  const rest = all.length > MOST ? [`and ${all.length - MOST} more`] : [];
  const message = [...all.slice(0, MOST).map(sentence), ...rest].join('; ');
  return { _tag: 'ConfigError', field, problem, others, message };
};

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const listWords = (words: readonly string[]): string => `one of ${words.map((word) => `'${word}'`).join(', ')}`;

/**
 * One of a few words.
 *
 * @example
 * const Side = oneOf(['left', 'right']);
 */
export const oneOf = <const W extends readonly string[]>(words: W): t.Type<W[number]> => {
  const is = (value: unknown): value is W[number] => typeof value === 'string' && words.includes(value);
  return new t.Type<W[number]>(
    words.join(' | '),
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context, listWords(words))),
    t.identity,
  );
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const errorsOf = (result: t.Validation<unknown>): t.Errors => (E.isLeft(result) ? result.left : []);

/**
 * A record with these fields and, if given, optional ones. An unknown field is an error, so that a misspelled one is noticed.
 *
 * @example
 * const Point = record('a point', { x: t.number, y: t.number }, { label: t.string });
 */
export const record = <P extends t.Props, Q extends t.Props = Record<never, never>>(
  name: string,
  fields: P,
  optional?: Q,
): t.Type<t.TypeOf<t.TypeC<P>> & t.TypeOf<t.PartialC<Q>>, unknown> => {
  type Fields = t.TypeOf<t.TypeC<P>> & t.TypeOf<t.PartialC<Q>>;
  const required = t.type(fields, name);
  const others = t.partial(optional ?? ({} as Q), name);
  const known = Object.keys({ ...fields, ...optional });
  return new t.Type<Fields, unknown>(
    name,
    (value): value is Fields => required.is(value) && others.is(value),
    (value, context) => {
      if (!isRecord(value)) return t.failure(value, context, name);
      const errors = [
        ...Object.keys(value)
          .filter((field) => !known.includes(field))
          .map((field) => ({
            value: value[field],
            context: t.appendContext(context, field, t.never),
            message: `unknown field; known fields: ${known.join(', ')}`,
          })),
        ...errorsOf(required.validate(value, context)),
        ...errorsOf(others.validate(value, context)),
      ];
      if (errors.length > 0) return t.failures(errors);
      return pipe(
        required.validate(value, context),
        E.chain((decoded) =>
          pipe(
            others.validate(decoded, context),
            E.map((more) => ({ ...decoded, ...more })),
          ),
        ),
      );
    },
    (decoded) => ({ ...others.encode(decoded), ...required.encode(decoded) }),
  );
};

/**
 * Records that are distinguished by their field `kind`.
 *
 * @example
 * const Shape = tagged('a shape', {
 *   circle: record('a circle', { kind: t.literal('circle'), radius: positive }),
 *   square: record('a square', { kind: t.literal('square'), side: positive }),
 * });
 */
export const tagged = <K extends { readonly [kind: string]: t.Mixed }>(
  name: string,
  kinds: K,
): t.Type<t.TypeOf<K[keyof K]>, unknown> => {
  const kind = oneOf(Object.keys(kinds));
  const kindOf = (value: unknown): unknown => (isRecord(value) ? value.kind : undefined);
  const codecOf = (value: unknown): t.Mixed | undefined => {
    const found = kindOf(value);
    return typeof found === 'string' && Object.hasOwn(kinds, found) ? kinds[found] : undefined;
  };
  return new t.Type<t.TypeOf<K[keyof K]>, unknown>(
    name,
    (value): value is t.TypeOf<K[keyof K]> => codecOf(value)?.is(value) ?? false,
    (value, context) =>
      codecOf(value)?.validate(value, context) ??
      t.failure(kindOf(value), t.appendContext(context, 'kind', kind), listWords(Object.keys(kinds))),
    (value) => codecOf(value)?.encode(value) ?? value,
  );
};

const describe = (error: t.ValidationError): Problem => {
  // The members of an intersection or a union have positions as keys; these are not fields.
  const isField = (of?: t.Decoder<unknown, unknown>) =>
    !(of instanceof t.IntersectionType || of instanceof t.UnionType);
  const field = error.context
    .filter(({ key }, i) => key !== '' && isField(error.context[i - 1]?.type))
    .map(({ key }) => key)
    .join('.');
  const last = error.context.at(-1)?.type;
  const expected = error.message ?? last?.name ?? 'something else';
  if (last === t.never) return { field, problem: expected };
  return {
    field,
    problem:
      error.value === undefined ? `missing; expected ${expected}` : `expected ${expected}, got ${show(error.value)}`,
  };
};

const decodeFlat = <A, O>(codec: t.Type<A, O>, value: unknown): E.Either<ConfigError, A> =>
  pipe(
    codec.decode(value),
    E.mapLeft((errors) => {
      const [first = { field: '', problem: `expected ${codec.name}` }, ...others] = errors.map(describe);
      return configError(first.field, first.problem, others);
    }),
  );

/**
 * Decodes a value, or returns everything that is wrong with it as one `ConfigError`.
 *
 * @example
 * const config = decode(VitConfig)(JSON.parse('{}'));
 */
export const decode =
  <A, O>(codec: t.Type<A, O>) =>
  (value: unknown): E.Either<ConfigError, A> =>
    isDeeper(value)
      ? E.left(configError('', `expected ${codec.name}, got records and lists more than ${DEEPEST} levels deep`))
      : decodeFlat(codec, value);
