import type { SFNClient } from '@aws-sdk/client-sfn';
import { deleteMachine, describeMachine, listMachines } from './listed-machines.ts';

/** Deletes the machines that run under a role: those of one deployment. @returns how many there were */
export async function deleteMachines(client: SFNClient, namePrefix: string, roleArn: string): Promise<number> {
  let deleted = 0;
  for await (const { arn } of listMachines(client, namePrefix)) {
    if ((await describeMachine(client, arn))?.roleArn !== roleArn) continue;
    await deleteMachine(client, arn);
    deleted++;
  }
  return deleted;
}
