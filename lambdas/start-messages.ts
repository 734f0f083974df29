import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readStartMessage } from '../lib/aws/start-message.ts';
import { withoutData } from '../lib/model/without-data.ts';
import type { StartQueue } from '../lib/runtime/ports/start-queue.ts';
import { EngineThrottledError } from '../lib/runtime/ports/workflow-engine.ts';

export interface StartLogger {
  info(message: string, details: Record<string, unknown>): void;
  error(message: string, details: Record<string, unknown>): void;
}

export interface StartMessagesOptions {
  /** @throws EngineThrottledError when it must be tried later */
  readonly start: (runId: string) => Promise<void>;
  readonly queue: StartQueue;
  readonly logger: StartLogger;
}

/** By then Step Functions makes some thirty machines more. */
const LATER_SEC = 30;

/**
 * Takes messages of the start queue, one after the other. A run that cannot be started yet is sent anew, for soon, and its message is
 * done: however often that happens, it is no failure. What fails comes back with its message, and ends in the dead-letter queue.
 */
export function startMessages({ start, queue, logger }: StartMessagesOptions): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const startOrSendAnew = async ({ body, messageId }: SQSRecord): Promise<void> => {
    const runId = readStartMessage(body);
    try {
      await start(runId);
    } catch (error) {
      if (!(error instanceof EngineThrottledError)) throw error;
      await queue.send(runId, LATER_SEC);
      logger.info('the run starts later', { message_id: messageId });
    }
  };
  return async ({ Records }) => {
    const failed: SQSRecord[] = [];
    for (const record of Records) {
      try {
        await startOrSendAnew(record);
      } catch (error) {
        failed.push(record);
        logger.error('the run did not start', { message_id: record.messageId, error: withoutData(error) });
      }
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}
