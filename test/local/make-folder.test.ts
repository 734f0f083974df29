import { chmodSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../lib/local/make-folder.ts';

const scratch = () => mkdtempSync(join(tmpdir(), 'task-orchestrator-'));

describe('makeFolder', () => {
  it('makes a folder with those around it, and leaves one that is there', () => {
    const path = join(scratch(), 'a', 'b');

    makeFolder(path);
    makeFolder(path);

    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('makes it for this user alone, and leaves the rights of one that is there', () => {
    const open = join(scratch(), 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);

    makeFolder(join(open, 'a', 'b'));

    const modes = [open, join(open, 'a'), join(open, 'a', 'b')].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o755, 0o700, 0o700]);
  });

  it('throws where a file is in the way', () => {
    const path = join(scratch(), 'file');
    writeFileSync(path, '');

    expect(() => makeFolder(path)).toThrow(/EEXIST/);
    expect(() => makeFolder(join(path, 'a'))).toThrow(/EEXIST/);
  });

  it.runIf(process.platform === 'linux')('throws, and comes back, where the file system has no such folder', () => {
    expect(() => makeFolder('/proc/task-orchestrator/a')).toThrow(/ENOENT/);
  });
});
