import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { closeMark, isAlive, markOf, openMark, readStat } from '../../lib/local/process-mark.ts';

const MARK = openMark();
const HAS_PROC = existsSync('/proc/self/stat');
const children: ChildProcess[] = [];

async function start(command: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child, 'spawn');
  return child;
}

const startTime = (pid: number): string => readStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))!.startedAt;

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('a mark', () => {
  it('is that of the token it begins', () => {
    expect(markOf(`${MARK}7.abc`)).toBe(MARK);
  });

  it('of this process is alive until it is closed, whatever others there are', () => {
    const [one, other] = [openMark(), openMark()];
    expect([one, other].map(isAlive)).toEqual([true, true]);

    closeMark(one);

    expect([one, other].map(isAlive)).toEqual([false, true]);
  });

  it.each(['', 'p', 'p-1234.', 'p0-1234.', 'px-1234.', 'p99999999999999999999-1.', 'other'])(
    'that is none, %j, is of no process',
    (mark) => {
      expect(isAlive(mark)).toBe(false);
    },
  );

  it('of a process goes by its number where its start is not known', async () => {
    const { pid } = await start('sleep', ['60']);

    expect(isAlive(`p${pid}-12345678.`)).toBe(true);
  });

  it('of a process that was killed is not alive', async () => {
    const child = await start('sleep', ['60']);
    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(isAlive(`p${child.pid}-12345678.`)).toBe(false);
  });
});

describe.runIf(HAS_PROC)('where the system tells of processes, a mark', () => {
  it('has the start of its process', () => {
    expect(MARK).toMatch(new RegExp(`^p${process.pid}-s${startTime(process.pid)}-[0-9a-f]{8}-\\d+\\.$`));
  });

  it('of a process is alive by its number and start', async () => {
    const { pid } = await start('sleep', ['60']);

    expect(isAlive(`p${pid}-s${startTime(pid!)}-12345678.`)).toBe(true);
  });

  it('of a process whose number another has now is not alive', async () => {
    const { pid } = await start('sleep', ['60']);

    expect(isAlive(`p${pid}-s${Number(startTime(pid!)) - 1}-12345678.`)).toBe(false);
    expect(isAlive(`p${process.pid}-s1-12345678.`)).toBe(false);
  });

  it('of a process that has ended is not alive although its parent never asks how', async () => {
    // exec: the parent becomes `sleep`, which knows nothing of the child that it has
    const parent = await start('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
    const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
    const pid = Number(line.toString());
    while (!readStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))!.isOver) await sleep(10);

    process.kill(pid, 0); // it is there still
    expect(isAlive(`p${pid}-12345678.`)).toBe(false);
  });
});

describe('what the system tells of a process', () => {
  const rest = '1 2 3 0 -1 4194560 9 0 0 0 1 2 0 0 20 0 1 0 4711 8192 100';

  it.each(['node', 'a b', 'a) R 7 (b', ')('])('is read whatever its name, %j', (name) => {
    expect(readStat(`12 (${name}) S ${rest}\n`)).toEqual({ startedAt: '4711', isOver: false });
  });

  it('says when it has ended', () => {
    expect(readStat(`12 (node) Z ${rest}\n`)).toEqual({ startedAt: '4711', isOver: true });
  });

  it.each(['', '12 (node)', '12 (node) S 1 2'])('is nothing where it is cut off, %j', (line) => {
    expect(readStat(line)).toBeUndefined();
  });
});
