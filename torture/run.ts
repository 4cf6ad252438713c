/**
 * Runs the batteries, which try to make this library lose, hang or leak something.
 *
 *     npm run torture                                  # all, in full; half an hour
 *     npm run torture -- --short                       # all, in a minute
 *     npm run torture -- kills --count 50 --seed 7     # one
 *     npm run torture -- kills --seed 7 --only 12      # one case again
 */
import { parseArgs } from 'node:util';
import { batteries } from './batteries.js';
import { runBattery } from './run-battery.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const usage = (): string =>
  [
    'npm run torture [-- NAME… [--count N] [--seed N] [--only CASE] [--short]]',
    ...Object.entries(batteries).map(([name, { about, unit, count }]) => `  ${name} (${count.full} ${unit}): ${about}`),
  ].join('\n');

const numberOf = (flag: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--${flag}: expected a whole number, got ${text}`);
  return Number(text);
};

const known = positionals.every((name) => Object.hasOwn(batteries, name));
if (values.help || !known) {
  (values.help ? console.log : console.error)(usage());
  process.exitCode = values.help ? 0 : 2;
} else {
  const [seed = 1, count, only] = [
    numberOf('seed', values.seed),
    numberOf('count', values.count),
    numberOf('only', values.only),
  ];
  let failed = 0;
  for (const [name, battery] of Object.entries(batteries)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const planned = count ?? (values.short ? battery.count.short : battery.count.full);
    failed += await runBattery(name, battery, { seed, count: planned, only });
  }
  process.exitCode = failed === 0 ? 0 : 1;
}
