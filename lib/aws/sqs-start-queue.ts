import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { StartQueue } from '../runtime/ports/start-queue.ts';

/** SQS delays no message longer. */
const MAX_DELAY_SEC = 900;

/** Runs to be started, on an SQS queue. */
export class SqsStartQueue implements StartQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async send(runId: string, delaySec: number): Promise<void> {
    const DelaySeconds = Math.min(Math.ceil(delaySec), MAX_DELAY_SEC);
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody: JSON.stringify({ run_id: runId }), DelaySeconds }),
    );
  }
}
