/** The words of the command line: commands, help, and what is misspelled. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { runMain } from '../support/tiny-run.js';

/** Help is written to standard output directly. */
const helpOf = async (...argv: readonly string[]) => {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  onTestFinished(() => write.mockRestore());
  const { code, text } = await runMain(...argv);
  const help = write.mock.calls.map(([part]) => String(part)).join('');
  write.mockRestore();
  return { code, text, help };
};

const names = commands.map(({ name }) => name);

describe('help', () => {
  test.each([[['--help']], [['-h']], [['help']]])('%j lists all commands', async (argv) => {
    const { code, help } = await helpOf(...argv);
    expect(code).toBe(0);
    for (const { name, summary } of commands) {
      expect(help).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
    }
    expect(help).toContain('Exit codes: 0 done, 2 invalid input or failed, 130 stopped by Ctrl-C.');
  });

  test.each(names.flatMap((name) => [[[name, '--help']], [['help', name]]]))(
    '%j lists its flags, each under a heading, in 80 columns',
    async (argv) => {
      const { code, help } = await helpOf(...argv);
      expect(code).toBe(0);
      const { flags, description } = commands.find(({ name }) => argv.includes(name))!;
      expect(help.replaceAll(/\s+/g, ' ')).toContain(description);
      for (const flag of Object.keys(flags)) {
        expect(help).toContain(`  --${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
      }
      for (const { group } of Object.values(flags)) expect(help).toContain(`\n${group}\n`);
      expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  test('flags alone are those of the first command', async () => {
    const { code, help } = await helpOf('--preset', 'paper', '--help');
    expect(code).toBe(0);
    expect(help).toContain('Usage: vitrail compare [options]');
  });

  test('--version prints the version', async () => {
    expect(await helpOf('--version')).toMatchObject({ code: 0, help: '0.1.0\n' });
  });
});

describe('what is misspelled', () => {
  test.each<readonly [readonly string[], string]>([
    [['tran'], "unknown command 'tran' (Did you mean train?) (vitrail --help lists all commands)"],
    [['help', 'tran'], "unknown command 'tran' (Did you mean train?)"],
    [['nonsense'], "unknown command 'nonsense' (vitrail --help lists all commands)"],
    [
      ['train', '--modl', 'x'],
      "unknown option '--modl' (Did you mean --model?) (vitrail train --help lists all options)",
    ],
    [['--bogus'], "unknown option '--bogus' (vitrail compare --help lists all options)"],
    [['compare', 'x'], "too many arguments for 'compare'"],
    [['train', '--model'], "option '--model <name>' argument missing"],
    [['train', '--accept-changed-data'], '--accept-changed-data: this belongs to --resume DIR'],
  ])('%j', async (argv, sentence) => {
    const { code, text } = await runMain(...argv);
    expect(code).toBe(2);
    expect(text.trim()).toContain(`vitrail: ${sentence}`);
    expect(text.trim().split('\n')).toHaveLength(1);
  });
});
