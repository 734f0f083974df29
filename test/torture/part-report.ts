import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface Failure {
  readonly what: string;
  /** The command that shows it again. */
  readonly replay: string;
}

/** What a part of `npm run torture` came to. */
export interface PartReport {
  /** What was tried, in units of the part: seeds, kills, plans, requests, runs. */
  readonly count: number;
  readonly failures: readonly Failure[];
}

/** Leaves it where `--report` says, if it does. */
export function writeReport(path: string | undefined, report: PartReport): void {
  if (path !== undefined) writeFileSync(path, JSON.stringify(report));
}

/** undefined where the part did not come to its end. */
export function readReport(path: string): PartReport | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as PartReport) : undefined;
}
