import { SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { refusal } from './scripted-calls.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/ours';
export const DAY_MS = 24 * 60 * 60 * 1000;
export const NOW_MS = 100 * DAY_MS;

/** A machine as Step Functions has it; days are days ago. */
export interface World {
  readonly madeDaysAgo: number;
  readonly usedDaysAgo?: number;
  readonly runs?: boolean;
  readonly roleArn?: string;
  /** Names of the parts that it starts. */
  readonly starts?: readonly string[];
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: { readonly stateMachineArn?: string; readonly statusFilter?: string };
}

/** Step Functions with these machines; `before` may change them, or refuse a call. @returns the names of those that are left */
export function machineWorld(machines: Record<string, World>, before: (call: string, name: string | undefined) => void = () => {}) {
  const calls: string[] = [];
  const ago = (days: number): Date => new Date(NOW_MS - days * DAY_MS);
  const answer = (command: Command): object => {
    const { input } = command;
    const call = command.constructor.name.replace(/Command$/, '');
    const name = input.stateMachineArn?.replace('arn:', '');
    calls.push(name === undefined ? call : `${call} ${name}`);
    before(call, name);
    if (name === undefined) {
      const stateMachines = Object.entries(machines).map(([each, { madeDaysAgo }]) => ({
        name: each,
        stateMachineArn: `arn:${each}`,
        creationDate: ago(madeDaysAgo),
      }));
      return { stateMachines };
    }
    const machine = machines[name];
    if (machine === undefined) throw new StateMachineDoesNotExist(refusal);
    if (call === 'DescribeStateMachine') {
      const definition = JSON.stringify({ States: (machine.starts ?? []).map((part) => `arn:aws:states:r:a:stateMachine:${part}`) });
      return { status: 'ACTIVE', roleArn: machine.roleArn ?? ROLE, definition };
    }
    if (call === 'DeleteStateMachine') {
      delete machines[name];
      return {};
    }
    const { usedDaysAgo, runs = false } = machine;
    if (usedDaysAgo === undefined || (input.statusFilter === 'RUNNING' && !runs)) return { executions: [] };
    return { executions: [{ startDate: ago(usedDaysAgo), ...(!runs && { stopDate: ago(usedDaysAgo) }) }] };
  };
  mockClient(SFNClient).send.callsFake(async (command) => answer(command as unknown as Command) as never);
  return { client: new SFNClient({ region: 'us-east-1' }), calls, left: (): string[] => Object.keys(machines) };
}
