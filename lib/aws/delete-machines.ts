import { DeleteStateMachineCommand, DescribeStateMachineCommand, paginateListStateMachines, type SFNClient } from '@aws-sdk/client-sfn';

/** Deletes the machines that run under a role: those of one deployment. @returns how many there were */
export async function deleteMachines(client: SFNClient, namePrefix: string, roleArn: string): Promise<number> {
  let deleted = 0;
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
    for (const { name, stateMachineArn } of stateMachines) {
      // the machines of other deployments have such names too
      if (!name!.startsWith(namePrefix) || (await roleOf(client, stateMachineArn!)) !== roleArn) continue;
      await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
      deleted++;
    }
  }
  return deleted;
}

async function roleOf(client: SFNClient, stateMachineArn: string): Promise<string | undefined> {
  return (await client.send(new DescribeStateMachineCommand({ stateMachineArn }))).roleArn;
}
