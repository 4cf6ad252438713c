/** The `code` of a thrown error of Node (`ENOENT`, `Z_BUF_ERROR`, …), or undefined. */
export const codeOf = (thrown: unknown): string | undefined => {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

/** The message of a thrown error, or whatever was thrown, as text. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
