import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventFile } from '../../lib/cli/event-file.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { scratch } from './command-line.ts';

const EVENT: RunEvent = { seq: 1, at: '2026-01-01T00:00:00.000Z', run_id: 'r', type: 'run.queued' };

describe('EventFile', () => {
  it('replaces what the file held, once the run begins', () => {
    const path = join(scratch(), 'events');
    writeFileSync(path, 'old');

    const file = new EventFile(path);
    expect(readFileSync(path, 'utf8')).toBe('old');
    file.begin();
    file.write(EVENT);
    file.close();

    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(EVENT)}\n`);
  });

  it('leaves no trace of a run that did not begin', () => {
    const folder = scratch();
    const [fresh, kept] = [join(folder, 'fresh'), join(folder, 'kept')];
    writeFileSync(kept, 'old');

    new EventFile(fresh).close();
    new EventFile(kept).close();

    expect(existsSync(fresh)).toBe(false);
    expect(readFileSync(kept, 'utf8')).toBe('old');
  });

  it('refuses a folder, a place that is not there, and a file that is read', () => {
    const folder = scratch();
    const plan = join(folder, 'plan.json');
    writeFileSync(plan, '{}');

    expect(() => new EventFile(folder)).toThrow(/cannot write/);
    expect(() => new EventFile(join(folder, 'no', 'events'))).toThrow(/cannot write/);
    expect(() => new EventFile(join(folder, '.', 'plan.json'), [plan])).toThrow(/over/);
    expect(readFileSync(plan, 'utf8')).toBe('{}');
  });

  it.runIf(existsSync('/dev/full'))('says that there was no room, and throws nothing at the run', () => {
    const file = new EventFile('/dev/full');
    file.begin();

    for (let i = 0; i < 2000; i++) file.write(EVENT);
    file.close();

    expect(file.failure).toMatch(/cannot write \/dev\/full: ENOSPC/);
  });

  it('can be followed while the run goes on', async () => {
    const path = join(scratch(), 'events');
    const file = new EventFile(path);
    file.begin();
    file.write(EVENT);

    await expect.poll(() => readFileSync(path, 'utf8')).toContain('run.queued');

    file.close();
  });
});
