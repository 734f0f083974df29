export type Final = 'completed' | 'failed' | 'blocked' | 'skipped' | 'cancelled';

export const FINAL: readonly string[] = ['completed', 'failed', 'blocked', 'skipped', 'cancelled'];
const BAD = ['failed', 'blocked', 'cancelled'];

/** The table of docs/deciding.md; undefined: more of them have to end. */
export function byRule(rule: string, before: readonly string[]): 'run' | Final | undefined {
  const has = (...statuses: string[]): boolean => before.some((status) => statuses.includes(status));
  const ended = before.every((status) => FINAL.includes(status));
  const isBad = has(...BAD);
  const bad = has('failed', 'blocked') ? 'blocked' : 'cancelled';
  switch (rule) {
    case 'all_success':
      if (isBad) return bad;
      return !ended ? undefined : has('skipped') ? 'skipped' : 'run';
    case 'none_failed':
      if (isBad) return bad;
      return ended ? 'run' : undefined;
    case 'one_success':
      if (has('completed')) return 'run';
      return !ended ? undefined : isBad ? bad : 'skipped';
    case 'one_failed':
      if (has('failed', 'blocked')) return 'run';
      return ended ? 'skipped' : undefined;
    default:
      throw new Error(`no rule ${rule}`);
  }
}
