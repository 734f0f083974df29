import type { SFNClient } from '@aws-sdk/client-sfn';
import { isPart, MACHINE_NAME_PREFIX } from '../compiler/machine-names.ts';
import { isForLater } from './for-later.ts';
import { deleteMachine, describeMachine, type ListedMachine, listMachines } from './listed-machines.ts';
import { isUnused } from './machine-use.ts';
import { neededParts } from './needed-parts.ts';

export interface UnusedMachinesOptions {
  readonly client: SFNClient;
  /** That the deployment's machines run under. */
  readonly roleArn: string;
  /** Machines that were made and last used before are deleted. */
  readonly sinceMs: number;
  /** Asked before each machine. */
  readonly mayGoOn: () => boolean;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/**
 * Deletes a deployment's machines that are unused. A plan that comes again later has its machines made again: what starts it makes sure
 * of all of them. Only a part is needed later than that, when the run comes to it; so it stays as long as a machine is left that
 * starts it, and parts of parts go one level each time.
 *
 * Machines are taken in a random order: what one time does not get to, for want of time or because Step Functions has no calls
 * left for it, another does.
 *
 * @returns how many were deleted
 */
export async function deleteUnusedMachines(options: UnusedMachinesOptions): Promise<number> {
  const { client, sinceMs, mayGoOn, random } = options;
  const parts: ListedMachine[] = [];
  let deleted = 0;
  const remove = async ({ arn }: ListedMachine): Promise<void> => {
    await deleteMachine(client, arn);
    deleted++;
  };
  try {
    const old: ListedMachine[] = [];
    for await (const machine of listMachines(client, MACHINE_NAME_PREFIX)) if (machine.createdMs < sinceMs) old.push(machine);
    for (const machine of shuffled(old, random)) {
      if (!mayGoOn()) break;
      if (!(await isOurs(machine, options)) || !(await isUnused(client, machine.arn, sinceMs))) continue;
      if (isPart(machine.name)) parts.push(machine);
      else await remove(machine);
    }
    const needed = parts.length === 0 ? undefined : await neededParts(client, mayGoOn);
    if (needed !== undefined) for (const part of parts) if (!needed.has(part.name)) await remove(part);
  } catch (error) {
    if (!isForLater(error)) throw error;
  }
  return deleted;
}

async function isOurs({ arn }: ListedMachine, { client, roleArn }: UnusedMachinesOptions): Promise<boolean> {
  return (await describeMachine(client, arn))?.roleArn === roleArn;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
