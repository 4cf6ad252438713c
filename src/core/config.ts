/**
 * Decoding what people write: configurations, flags, manifests. An error names the field, what was expected and what came.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import type { Failure } from './errors.js';

/** A value that a codec refuses. */
export interface ConfigError extends Failure<'ConfigError'> {
  /** The way to the field: `model.heads`. */
  readonly field: string;
}

export const configError = (field: string, problem: string): ConfigError => ({
  _tag: 'ConfigError',
  field,
  message: field === '' ? problem : `${field}: ${problem}`,
});

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** A number for which `holds`; `expected` completes "expected …". */
export const numberThat = (expected: string, holds: (n: number) => boolean): t.Type<number> =>
  new t.Type<number>(
    expected,
    t.number.is,
    (value, context) =>
      typeof value === 'number' && Number.isFinite(value) && holds(value)
        ? t.success(value)
        : t.failure(value, context, expected),
    t.identity,
  );

export const positiveInteger = numberThat('a positive whole number', (n) => Number.isInteger(n) && n > 0);
export const wholeNumber = numberThat('a whole number, 0 or more', (n) => Number.isInteger(n) && n >= 0);
export const positive = numberThat('a number above 0', (n) => n > 0);
export const notNegative = numberThat('a number, 0 or more', (n) => n >= 0);
/** A probability that leaves something: in [0, 1). */
export const dropRate = numberThat('a rate in [0, 1)', (n) => n >= 0 && n < 1);

/** One of a few words: `oneOf(['diagonal', 'cardinal'])`. */
export const oneOf = <const W extends readonly string[]>(words: W): t.Type<W[number]> =>
  new t.Type<W[number]>(
    words.join(' | '),
    (value): value is W[number] => words.includes(value as string),
    (value, context) =>
      words.includes(value as string)
        ? t.success(value as W[number])
        : t.failure(value, context, `one of ${words.map((word) => `'${word}'`).join(', ')}`),
    t.identity,
  );

/** A record with these fields, and perhaps the optional ones: an unknown field is an error, so that a misspelt one is not lost. */
export const record = <P extends t.Props, Q extends t.Props = Record<never, never>>(
  name: string,
  fields: P,
  optional?: Q,
): t.Type<t.TypeOf<t.TypeC<P>> & t.TypeOf<t.PartialC<Q>>, unknown> => {
  type Fields = t.TypeOf<t.TypeC<P>> & t.TypeOf<t.PartialC<Q>>;
  const required = t.type(fields, name);
  const others = t.partial(optional ?? ({} as Q), name);
  const known = Object.keys({ ...fields, ...optional });
  return new t.Type(
    name,
    (value): value is Fields => required.is(value) && others.is(value),
    (value, context) => {
      const unknownField =
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.keys(value).find((field) => !known.includes(field))
          : undefined;
      return unknownField === undefined
        ? pipe(
            required.validate(value, context),
            E.chain((decoded) => others.validate(decoded, context) as t.Validation<Fields>),
          )
        : t.failures([
            {
              value: (value as Record<string, unknown>)[unknownField],
              context: t.appendContext(context, unknownField, t.never),
              message: `an unknown field; known here: ${known.join(', ')}`,
            },
          ]);
    },
    (decoded) => ({ ...others.encode(decoded), ...required.encode(decoded) }),
  );
};

/** Records told apart by their field `kind`. */
export const tagged = <K extends { readonly [kind: string]: t.Mixed }>(
  name: string,
  kinds: K,
): t.Type<t.TypeOf<K[keyof K]>, unknown> => {
  const kind = oneOf(Object.keys(kinds));
  const codecOf = (value: unknown): t.Mixed | undefined => {
    const found = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
    return typeof found === 'string' && Object.hasOwn(kinds, found) ? kinds[found] : undefined;
  };
  return new t.Type<t.TypeOf<K[keyof K]>, unknown>(
    name,
    (value): value is t.TypeOf<K[keyof K]> => codecOf(value)?.is(value) ?? false,
    (value, context) =>
      codecOf(value)?.validate(value, context) ??
      t.failure((value as { kind?: unknown } | null)?.kind, t.appendContext(context, 'kind', kind), kind.name),
    (value) => codecOf(value)?.encode(value) ?? value,
  );
};

const describe = (error: t.ValidationError): ConfigError => {
  // The members of an intersection and of a union have their positions for keys: they are no fields.
  const isField = (of?: t.Decoder<unknown, unknown>) =>
    !(of instanceof t.IntersectionType || of instanceof t.UnionType);
  const field = error.context
    .filter(({ key }, i) => key !== '' && isField(error.context[i - 1]?.type))
    .map(({ key }) => key)
    .join('.');
  const wanted = error.message ?? error.context.at(-1)?.type.name ?? 'something else';
  if (wanted.startsWith('an unknown field')) return configError(field, wanted);
  return configError(
    field,
    error.value === undefined ? `missing; expected ${wanted}` : `expected ${wanted}, got ${show(error.value)}`,
  );
};

/** Decodes, or answers the first thing that is wrong. */
export const decode =
  <A, O>(codec: t.Type<A, O>) =>
  (value: unknown): E.Either<ConfigError, A> =>
    pipe(
      codec.decode(value),
      E.mapLeft((errors) => describe(errors[0]!)),
    );
