import { spawnSync } from 'node:child_process';
import { readAudit } from './read-audit.ts';

/*
 * Asks the registry that npm is configured for whether packages that are shipped have grave known vulnerabilities.
 *
 *   0  none        1  some: they are named        3  not audited: the registry does not say
 */
const EXIT = { clean: 0, vulnerable: 1, unavailable: 3 } as const;

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], { encoding: 'utf8' });
const outcome = readAudit(stdout);
switch (outcome.kind) {
  case 'clean':
    console.log('no package that is shipped has a known vulnerability that is high or critical');
    break;
  case 'vulnerable':
    console.error(['packages that are shipped have grave known vulnerabilities:', ...outcome.packages].join('\n  '));
    break;
  case 'unavailable':
    console.error(`NOT AUDITED: the registry gives no advisories (${outcome.why}); nothing is known of vulnerabilities`);
    break;
  default:
    outcome satisfies never;
}
process.exitCode = EXIT[outcome.kind];
