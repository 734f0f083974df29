import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const POM = join(import.meta.dirname, 'pom.xml');
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/dynamodb-local');

/** The directory with DynamoDB Local's jars: fetched through Maven once for every content of the pom. */
export function fetchJars(): string {
  const version = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  const directory = join(CACHE, version);
  if (existsSync(directory)) return directory;
  mkdirSync(CACHE, { recursive: true });
  const fetched = mkdtempSync(join(CACHE, 'fetching-'));
  execFileSync('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`], {
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
