import * as E from 'fp-ts/lib/Either.js';

/** A public function, right arguments for it, and how to tell a right result. */
export interface Row {
  /** `core/key`: the entry point and the name. */
  readonly name: string;
  /** Right arguments: numbers, texts and arrays in them are made wrong, one at a time. */
  readonly args: readonly unknown[];
  /** Calls the function. The result is a value, an `Either`, or a promise of one of them. */
  readonly call: (args: readonly unknown[]) => unknown;
  /** Whether a result that is no error is right for these arguments: compared with a reference in double precision. */
  readonly holds: (result: unknown, args: readonly unknown[]) => boolean;
  readonly options: RowOptions;
}

export interface RowOptions {
  /** False for a function that makes as many values as it is asked for. */
  readonly allowGiants?: boolean;
  /** Paths of arguments that the type checker restricts and that need no check, such as a function or one of a few words. */
  readonly fixed?: RegExp;
  /** For a slow function: how many of the wrong arguments to try, evenly chosen. Default: all. */
  readonly most?: number;
}

type Unwrapped<R> = Awaited<R> extends E.Either<unknown, infer A> ? A : Awaited<R>;

export const row = <A extends readonly [] | readonly unknown[], R>(
  name: string,
  args: A,
  call: (...args: A) => R,
  holds: (result: Unwrapped<R>, ...args: A) => boolean,
  options: RowOptions = {},
): Row => ({
  name,
  args,
  call: (given) => call(...(given as A)),
  holds: (result, given) => holds(result as Unwrapped<R>, ...(given as A)),
  options,
});

/** What came of a call. */
export type Outcome =
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'value'; readonly value: unknown };

const isEither = (value: unknown): value is E.Either<unknown, unknown> =>
  typeof value === 'object' && value !== null && '_tag' in value && (value._tag === 'Left' || value._tag === 'Right');

const isFailure = (error: unknown): error is { readonly _tag: string; readonly message: string } =>
  typeof error === 'object' &&
  error !== null &&
  '_tag' in error &&
  'message' in error &&
  typeof error.message === 'string' &&
  error.message.length > 10;

/** Calls the function of a row; throws if it throws or returns an error without a tag and a message. */
export const outcomeOf = async ({ call }: Row, args: readonly unknown[]): Promise<Outcome> => {
  const result = await call(args);
  if (!isEither(result)) return { kind: 'value', value: result };
  if (E.isRight(result)) return { kind: 'value', value: result.right };
  if (!isFailure(result.left)) throw new Error(`not a typed error: ${JSON.stringify(result.left)}`);
  return { kind: 'error', message: result.left.message };
};
