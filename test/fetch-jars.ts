import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The folder with the jars that a pom lists, in `cache`: fetched through Maven once for every content of the pom. */
export function fetchJars(pom: string, cache: string): string {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const directory = join(cache, version);
  if (existsSync(directory)) return directory;
  mkdirSync(cache, { recursive: true });
  const fetched = mkdtempSync(join(cache, 'fetching-'));
  execFileSync('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    renameSync(fetched, directory);
  } catch (error) {
    rmSync(fetched, { recursive: true });
    if (!existsSync(directory)) throw error; // else another process was quicker
  }
  return directory;
}
