/** The exit code of a command that failed. */
export const FAILED = 2;

/** The last line of a help. */
export const exitCodes = 'Exit codes: 0 done, 2 invalid input or failed, 130 stopped by Ctrl-C.';

/** Prints an error, and what may help, on standard error. Returns the exit code. */
export const explain = ({ message }: { readonly message: string }, advice: readonly string[] = []): number => {
  console.error(`\nvitrail: ${message}`);
  for (const line of advice) console.error(line);
  return FAILED;
};
