import type { StartQueue } from '../runtime/ports/start-queue.ts';

/** The start queue, whose SDK is loaded with the first run that is sent: most functions never send one. */
export function lazyStartQueue(queueUrl: string): StartQueue {
  let opened: Promise<StartQueue> | undefined;
  return {
    send: async (runId, delaySec) => {
      opened ??= openQueue(queueUrl);
      await (await opened).send(runId, delaySec);
    },
  };
}

async function openQueue(queueUrl: string): Promise<StartQueue> {
  const [{ SQSClient }, { SqsStartQueue }] = await Promise.all([import('@aws-sdk/client-sqs'), import('./sqs-start-queue.ts')]);
  return new SqsStartQueue(new SQSClient(), queueUrl);
}
