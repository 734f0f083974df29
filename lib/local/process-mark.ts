import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What the system tells of a process. */
interface ProcessState {
  /** Clock ticks from the machine's start to its own: numbers of processes come again, the two together do not. */
  readonly startedAt: string;
  /** It has ended, and nobody has asked yet how. */
  readonly isOver: boolean;
}

const OVER = ['Z', 'X', 'x'];
const STATE_FIELD = 3;
const START_FIELD = 22;

/**
 * Stands at the beginning of the tokens that this process waits under, and with the runs that it has: who finds one can tell whether
 * anybody still does. The start of the process is in it where the system tells that.
 */
export const PROCESS_MARK = `p${process.pid}-${startOf(process.pid)}${randomUUID().slice(0, 8)}.`;

/** The process that a token belongs to. */
export function markOf(token: string): string {
  return token.slice(0, token.indexOf('.') + 1);
}

/** Whether the process of a mark still runs on this machine. Where the system tells no more, any process of its number is taken for it. */
export function isAlive(mark: string): boolean {
  if (mark === PROCESS_MARK) return true;
  const { number, start } = /^p(?<number>\d+)-(?:s(?<start>\d+)-)?/.exec(mark)?.groups ?? {};
  const pid = Number(number);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isThere(pid)) return false;
  // numbers come again: in a container each process may have the same one
  if (start === undefined && pid === process.pid) return false;
  const state = stateOf(pid);
  return state === undefined || (!state.isOver && (start === undefined || start === state.startedAt));
}

function startOf(pid: number): string {
  const state = stateOf(pid);
  return state === undefined ? '' : `s${state.startedAt}-`;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** undefined where the system has no /proc, or does not let this process look. */
function stateOf(pid: number): ProcessState | undefined {
  try {
    return readStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Of a line of /proc/PID/stat: `PID (NAME) STATE …`, where the name may hold anything, parentheses included. */
export function readStat(line: string): ProcessState | undefined {
  const fields = line
    .slice(line.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const state = fields[0];
  const startedAt = fields[START_FIELD - STATE_FIELD];
  if (state === undefined || startedAt === undefined || !/^\d+$/.test(startedAt)) return undefined;
  return { startedAt, isOver: OVER.includes(state) };
}
