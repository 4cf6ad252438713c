const LISTED = 10;

/** Names in an error message, at most ten and then a count: `['missing: a, b and 3 more']`. Empty without names. */
export const listed = (title: string, names: readonly string[]): readonly string[] => {
  const more = names.length - LISTED;
  return names.length === 0
    ? []
    : [`${title}: ${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
};
