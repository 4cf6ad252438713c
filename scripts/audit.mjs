// Fails at a known advisory about something that users install with this package, unless it is answered below.
//
//     node scripts/audit.mjs
//
// It asks the registry, or reads the report of `npm audit --json` that is given. Some registries have no advisories: then it says so.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Advisories that do not concern this package, by number, with the reason. SECURITY.md explains how to add one. */
const answered = {};

const report = JSON.parse(
  process.argv[2] === undefined
    ? spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' }).stdout
    : readFileSync(process.argv[2], 'utf8'),
);

/** `GHSA-…`, or the whole address of an advisory. */
const idOf = ({ url }) => url.split('/').at(-1);

if (report.vulnerabilities === undefined) {
  console.log(`no audit: the registry answers ${JSON.stringify(report.message ?? report.error ?? report)}`);
} else {
  const advisories = Object.values(report.vulnerabilities).flatMap(({ via }) =>
    via.filter((one) => typeof one === 'object'),
  );
  const open = advisories.filter((one) => !Object.hasOwn(answered, idOf(one)));
  for (const one of open) console.error(`${one.name} ${one.range}: ${one.title} (${one.severity}) ${one.url}`);
  console.log(`${advisories.length} advisories, ${open.length} of them not answered`);
  process.exitCode = open.length === 0 ? 0 : 1;
}
