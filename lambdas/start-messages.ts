import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readStartMessage } from '../lib/aws/sqs-start-queue.ts';
import { EngineThrottledError } from '../lib/runtime/ports.ts';

export interface StartLogger {
  info(message: string, details: Record<string, unknown>): void;
  error(message: string, details: Record<string, unknown>): void;
}

/**
 * Takes messages of the start queue, one after the other: Step Functions makes one machine a second. A run that cannot be
 * started yet comes back with its message; one that never can ends in the dead-letter queue.
 */
export function startMessages(
  start: (runId: string) => Promise<void>,
  logger: StartLogger,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async ({ Records }) => {
    const failed: SQSRecord[] = [];
    for (const record of Records) {
      try {
        await start(readStartMessage(record.body));
      } catch (error) {
        failed.push(record);
        if (error instanceof EngineThrottledError) logger.info('the run starts later', { message_id: record.messageId });
        else logger.error('the run did not start', { message_id: record.messageId, error });
      }
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}
