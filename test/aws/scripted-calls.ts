import { mockClient } from 'aws-sdk-client-mock';
import type { Backoff } from '../../lib/aws/dynamodb/backoff.ts';

export type Sent = [command: string, input: unknown];
export type Answer = object | Error;

/** Clients of this class give these answers, one a call, then empty ones. @returns what was sent, in order */
export function scriptCalls(client: Parameters<typeof mockClient>[0], ...answers: readonly Answer[]): Sent[] {
  const rest = [...answers];
  const sent: Sent[] = [];
  mockClient(client).send.callsFake(async (command) => {
    sent.push([command.constructor.name, command.input]);
    const answer = rest.shift() ?? {};
    if (answer instanceof Error) throw answer;
    return answer as never;
  });
  return sent;
}

/** What the SDK throws for an error that has no class of its own. */
export function awsError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

/** What the constructors of the SDK's exceptions ask for. */
export const refusal = { $metadata: { httpStatusCode: 400 }, message: 'no' };

/** Three tries, and a note of after how many there was a pause. */
export function countedBackoff(): Backoff & { readonly pauses: number[] } {
  const pauses: number[] = [];
  return {
    pauses,
    maxTries: 3,
    pause: async (tries) => {
      pauses.push(tries);
    },
  };
}
