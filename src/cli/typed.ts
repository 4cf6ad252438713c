/** What to type for these words: a checkout is run by `npm start`, an installed package by `vitrail`. */
export const typed = (words: readonly string[]): string => {
  const quoted = words.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  const start = process.env.npm_lifecycle_event === 'start' ? ['npm start', '--'] : ['vitrail'];
  return [...(quoted.length === 0 ? start.slice(0, 1) : start), ...quoted].join(' ');
};
