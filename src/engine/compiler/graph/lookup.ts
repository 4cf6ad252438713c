/**
 * Lookups that cannot miss. What is asked for exists by construction, so a miss is a bug in the compiler and throws.
 *
 * @module
 */

const missing = (what: unknown): Error => new Error(`bug in the graph compiler: no entry for ${what}`);

/** The value for a key that the map has. */
export const valueFor = <K, V>(map: ReadonlyMap<K, V>, key: K): V => {
  const value = map.get(key);
  if (value === undefined) throw missing('a node');
  return value;
};

/** The element at a position that the list has. */
export const elementAt = <T>(list: readonly T[], position: number): T => {
  const element = list[position];
  if (element === undefined) throw missing(`position ${position} of ${list.length}`);
  return element;
};
