/** Configurations and metadata are nested a dozen levels deep at most. */
export const DEEPEST = 100;

/** Whether a value has more levels of records and lists. It looks no deeper, so it ends for any value. */
export const isDeeper = (value: unknown, levels: number = DEEPEST): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inside) => isDeeper(inside, levels - 1)));
