import { styleText } from 'node:util';
import type { Problem } from '../model/problem.ts';
import type { TaskStatus } from '../model/run.ts';

const MARK: Readonly<Record<TaskStatus, { sign: string; colour: 'green' | 'red' | 'yellow' | 'cyan' | 'gray' }>> = {
  pending: { sign: '·', colour: 'gray' },
  ready: { sign: '·', colour: 'gray' },
  executing: { sign: '▶', colour: 'cyan' },
  completed: { sign: '✓', colour: 'green' },
  failed: { sign: '✗', colour: 'red' },
  blocked: { sign: '○', colour: 'yellow' },
  skipped: { sign: '○', colour: 'gray' },
  cancelled: { sign: '○', colour: 'gray' },
};

export function statusMark(status: TaskStatus): string {
  const { sign, colour } = MARK[status];
  return styleText(colour, sign);
}

/** Text of a plan on one line of a terminal: control characters cannot reach it. */
export function oneLine(text: string, length = 200): string {
  const clean = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').toWellFormed();
  return clean.length > length ? `${clean.slice(0, length - 1).toWellFormed()}…` : clean;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

/** A task by its id, with what it is called behind it where that says more. */
export function taskLabel(taskId: string, name: string): string {
  const isNamed = name !== taskId && !taskId.endsWith(`/${name}`);
  return isNamed ? `${oneLine(taskId, 80)} (${oneLine(name, 80)})` : oneLine(taskId, 80);
}

/** Two columns, the first as wide as it needs to be. */
export function table(rows: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
}

export function problemLines(problems: readonly Problem[]): string {
  return problems
    .map(({ code, path, message, hint }) => `${code}  ${oneLine(path)}  ${oneLine(message, 500)}${hint ? `  (${oneLine(hint, 300)})` : ''}`)
    .join('\n');
}
