import { findPackageJSON } from 'node:module';
import { readInput } from './read-input.ts';

/** How this command line is called as it was started: by the script of a clone, by npx, or by its name where it is installed. */
export function programName(): string {
  if (process.argv[1]?.endsWith('.ts')) return 'npm run -s cli --';
  return process.env.npm_lifecycle_event === 'npx' ? 'npx task-orchestrator' : 'task-orchestrator';
}

/** Of the package that it is part of. */
export function programVersion(): string {
  return (JSON.parse(readInput(findPackageJSON('..', import.meta.url)!)) as { readonly version: string }).version;
}
