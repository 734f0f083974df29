import {
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  paginateListStateMachines,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';

export interface ListedMachine {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
}

export interface MachineDescription {
  /** Which deployment a machine is of, only its role tells: others give such names too. */
  readonly roleArn: string;
  readonly definition: string;
}

/** The machines of the account whose names begin so, page by page. */
export async function* listMachines(client: SFNClient, namePrefix: string): AsyncGenerator<ListedMachine, void, undefined> {
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
    for (const { name, stateMachineArn, creationDate } of stateMachines) {
      if (name!.startsWith(namePrefix)) yield { name: name!, arn: stateMachineArn!, createdMs: creationDate!.getTime() };
    }
  }
}

/** Undefined for a machine that is gone or going. */
export async function describeMachine(client: SFNClient, arn: string): Promise<MachineDescription | undefined> {
  try {
    const { status, roleArn, definition } = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
    return status === 'DELETING' ? undefined : { roleArn: roleArn!, definition: definition! };
  } catch (error) {
    if (error instanceof StateMachineDoesNotExist) return undefined;
    throw error;
  }
}

export async function deleteMachine(client: SFNClient, arn: string): Promise<void> {
  await client.send(new DeleteStateMachineCommand({ stateMachineArn: arn }));
}
