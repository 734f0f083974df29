import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './e2e/emulator/processes.ts';

export interface PythonOptions {
  /** The program that makes the environment. */
  readonly python?: string;
  /** Where environments are kept. Default: the user's cache. */
  readonly cache?: string;
}

/**
 * A Python that has what a requirements file lists, made the first time in a cache folder that is named by the file's content.
 *
 * @param name what the environment is for
 * @returns the folder of its programs
 */
export async function pythonEnvironment(name: string, requirements: string, options: PythonOptions = {}): Promise<string> {
  const { python = 'python3', cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'task-orchestrator') } = options;
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cache, `${name}-${hash}`);
  const programs = join(folder, 'bin');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return programs;
  rmSync(folder, { recursive: true, force: true });
  await run(python, ['-m', 'venv', folder]);
  await run(join(programs, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  // last, so that an environment that was interrupted is made anew
  writeFileSync(complete, '');
  return programs;
}
