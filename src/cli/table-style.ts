/** Colours are for terminals; a log or a pipe gets plain text. */
export const tableStyle = () =>
  process.stdout.isTTY === true ? { head: ['bold'], border: ['gray'] } : { head: [], border: [] };
