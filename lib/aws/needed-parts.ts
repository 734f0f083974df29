import type { SFNClient } from '@aws-sdk/client-sfn';
import { MACHINE_NAME_PREFIX, partsIn } from '../compiler/machine-names.ts';
import { describeMachine, listMachines } from './listed-machines.ts';

/**
 * The names of the parts that any machine starts, as of now: machines that are made while others are looked at are looked at too.
 * Undefined where there is no time to look at all of them.
 */
export async function neededParts(client: SFNClient, mayGoOn: () => boolean): Promise<ReadonlySet<string> | undefined> {
  const seen = new Set<string>();
  const needed = new Set<string>();
  for (;;) {
    let found = 0;
    for await (const { name, arn } of listMachines(client, MACHINE_NAME_PREFIX)) {
      if (seen.has(name)) continue;
      if (!mayGoOn()) return undefined;
      seen.add(name);
      found++;
      for (const part of partsIn((await describeMachine(client, arn))?.definition ?? '')) needed.add(part);
    }
    if (found === 0) return needed;
  }
}
