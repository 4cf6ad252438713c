/** Programs that run in a process of their own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The address of a module of the library, for an import. */
export const source = (path: string): string => new URL(`../../src/${path}`, import.meta.url).href;

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ProgramOptions {
  /** Beside those of this process; undefined removes one. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly flags?: readonly string[];
}

/** What an ES module prints; an error if its process does not end soon after its last line has run. */
export const printed = async (
  program: string,
  { environment = {}, flags = [] }: ProgramOptions = {},
): Promise<string> => {
  const watched = `${program}\nsetTimeout(() => { console.log('still alive'); process.exit(1); }, 10_000).unref();`;
  const argv = [...flags, '--import', 'tsx', '--input-type=module', '--eval', watched];
  // Without its cache, tsx writes no files.
  const env = { ...process.env, TSX_DISABLE_CACHE: '1', ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: root, timeout: 60_000, env });
  return stdout.trim();
};
