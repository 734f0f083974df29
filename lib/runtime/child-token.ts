import type { RunStore } from './ports/run-store.ts';
import type { RunScope } from './runtime.ts';

/*
 * The tokens of states that wait for a child run, with the attempt that each waits in: who is late with the end of an attempt must not end
 * the next one. Those of invocations that were given up are among them; nobody waits under them.
 */

export function writeChildToken(attempt: number, token: string): string {
  return `${attempt} ${token}`;
}

/** The tokens of a task's attempts up to this one. */
export async function childTokens(
  store: Pick<RunStore, 'listChildTokens'>,
  { ref }: Pick<RunScope, 'ref'>,
  { ordinal, attempt }: { readonly ordinal: number; readonly attempt: number },
): Promise<string[]> {
  return (await store.listChildTokens(ref, ordinal)).flatMap((kept) => {
    const space = kept.indexOf(' ');
    return Number(kept.slice(0, space)) <= attempt ? [kept.slice(space + 1)] : [];
  });
}
