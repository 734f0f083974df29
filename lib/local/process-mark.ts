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

/** This process, as marks have it: with its start, where the system tells that, and with what no other has, where it does not. */
const THIS = `p${process.pid}-${startOf(process.pid)}${randomUUID().slice(0, 8)}`;
const opened = new Set<string>();
let count = 0;

/**
 * A mark of this process, alive until it is closed. It stands at the beginning of the tokens that are waited under here, and with the
 * runs that are executed here: who finds one can tell whether anybody still does.
 */
export function openMark(): string {
  const mark = `${THIS}-${++count}.`;
  opened.add(mark);
  return mark;
}

/** What has the mark is left to others, as if the process had ended. */
export function closeMark(mark: string): void {
  opened.delete(mark);
}

/** The process that a token belongs to. */
export function markOf(token: string): string {
  return token.slice(0, token.indexOf('.') + 1);
}

/**
 * Whether a mark is open, and its process still runs on this machine. Where the system tells no more, any other process of that number is
 * taken for it.
 */
export function isAlive(mark: string): boolean {
  if (mark.startsWith(`${THIS}-`)) return opened.has(mark);
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
