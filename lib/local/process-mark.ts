import { randomUUID } from 'node:crypto';

/** Stands at the beginning of the tokens that this process waits under: who finds one can tell whether anybody still does. */
export const PROCESS_MARK = `p${process.pid}-${randomUUID().slice(0, 8)}.`;

/** The process that a token belongs to. */
export function markOf(token: string): string {
  return token.slice(0, token.indexOf('.') + 1);
}

/** Whether the process of a mark still runs on this machine. */
export function isAlive(mark: string): boolean {
  const pid = Number(/^p(\d+)-/.exec(mark)?.[1]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  // numbers come again: in a container each process may be the same one
  if (pid === process.pid) return mark === PROCESS_MARK;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
