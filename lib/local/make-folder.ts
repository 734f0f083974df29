import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** What is in it is for its owner. */
const PRIVATE = 0o700;

/**
 * Makes a folder and those it stands in, where they are not there yet, for this user alone. Not `mkdirSync` with `recursive`, which never returns
 * where the file system says that a folder cannot be (in `/proc`).
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, PRIVATE);
  } catch (error) {
    if (!isFolder(path)) throw error; // else another process made it meanwhile
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
