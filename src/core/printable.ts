/**
 * A text of somebody else's, such as the name of a file, for one line of a terminal or message: control characters are written as `\x1b`.
 */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}|\u2028|\u2029/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
