import * as E from 'fp-ts/lib/Either.js';
import { commands, notes } from './commands/index.js';
import { explain } from './explain.js';
import { parseCommandLine } from './parse.js';

/** Runs the command line and returns the exit code: 0 done, 2 failed, 130 interrupted. */
export const main = async (argv: readonly string[]): Promise<number> => {
  const parsed = parseCommandLine(commands, notes)(argv);
  if (E.isRight(parsed)) return parsed.right();
  return parsed.left._tag === 'HelpShown' ? 0 : explain(parsed.left);
};
