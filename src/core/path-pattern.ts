import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from './config.js';
import { listed } from './listed.js';
import { type Mask, type Path, showPath } from './tree.js';

/** The names of a pattern. `**` twice in a row means the same as once. */
const namesOf = (pattern: string): readonly string[] =>
  pattern.split('/').filter((name, i, all) => name !== '**' || all[i - 1] !== '**');

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const nameMatches = (pattern: string, name: string): boolean =>
  pattern.includes('*')
    ? new RegExp(`^${pattern.split(/\*+/).map(escaped).join('.*')}$`, 's').test(name)
    : pattern === name;

/** All positions in a path where the pattern may end, if it begins at `from`. */
const ends = ([first, ...rest]: readonly string[], path: readonly string[], from = 0): readonly number[] => {
  if (first === undefined) return [from];
  if (first === '**') return [...path.keys(), path.length].slice(from).flatMap((next) => ends(rest, path, next));
  const name = path[from];
  return name !== undefined && nameMatches(first, name) ? ends(rest, path, from + 1) : [];
};

// As it is written, so that a name with a '/' in it can be given as `a~1b`.
const written = (path: Path): readonly string[] => (path.length === 0 ? [] : showPath(path).split('/'));

/** What there is in place of what was meant: the names after the longest beginning of the pattern that matches. */
const instead = (pattern: readonly string[], paths: readonly Path[]): string => {
  const after = (count: number): readonly string[] =>
    paths.flatMap((path) => {
      const names = written(path);
      return ends(pattern.slice(0, count), names).flatMap((end) => names[end] ?? []);
    });
  const lengths = [...pattern.keys()].reverse();
  const longest = lengths.find((count) => after(count).length > 0) ?? 0;
  const where = longest === 0 ? 'the first names are' : `after '${pattern.slice(0, longest).join('/')}' there are`;
  return listed(where, [...new Set(after(longest))]).join('') || 'there are no parameters';
};

/**
 * The leaves that one pattern or more matches, among those at the given paths.
 *
 * A pattern is written as a path, `blocks/0/attention/query/weight`, and:
 * - the path of a branch means all leaves below it: `blocks/0`;
 * - a star stands for any characters within a name, none too: `blocks/1*`;
 * - two stars in place of a name stand for any number of names, none too.
 *
 * Errors: a `ConfigError` for a pattern that matches none of the paths, which says what is there instead.
 *
 * @example
 * const params = orThrow(declareVit(quickstartModels.sl)).params;
 * const isEarly = orThrow(matching(['tokens', 'position', 'blocks/0'], tree.paths(params)));
 * const isAttention = orThrow(matching(['blocks/*\/attention'], tree.paths(params)));
 * const isBias = orThrow(matching(['**\/bias'], tree.paths(params)));
 */
export const matching = (patterns: readonly string[], paths: readonly Path[]): E.Either<ConfigError, Mask> =>
  pipe(
    patterns,
    E.traverseArray((pattern) => {
      const names = namesOf(pattern);
      const matches: Mask = (path) => ends(names, written(path)).length > 0;
      return paths.some(matches)
        ? E.right(matches)
        : E.left(configError('', `no parameter matches '${pattern}': ${instead(names, paths)}`));
    }),
    E.map(
      (masks): Mask =>
        (path) =>
          masks.some((mask) => mask(path)),
    ),
  );
