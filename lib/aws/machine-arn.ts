/** Where a deployment's machines are. */
export interface MachineHome {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** Names machines as Step Functions does, so that nobody has to ask it. */
export function machineArns({ partition, region, accountId }: MachineHome): (name: string) => string {
  return (name) => `arn:${partition}:states:${region}:${accountId}:stateMachine:${name}`;
}

/** The ARN of a machine's execution. */
export function executionArn(machineArn: string, executionName: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${executionName}`;
}

/** Machines live in the account of the role they run under. */
export function machineHome(roleArn: string, region: string): MachineHome {
  const [, partition, , , accountId] = roleArn.split(':');
  return { partition: partition!, region, accountId: accountId! };
}
