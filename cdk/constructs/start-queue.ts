import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface StartQueueProps {
  /** Of the function that receives. */
  readonly consumerTimeoutSec: number;
}

/**
 * AWS advises six times the function's timeout for queues that Lambda polls. With one message an invocation twice is enough: the time of
 * one that dies, and as long to wait for a free one; then another goes on.
 */
const VISIBILITY_FACTOR = 2;
/** A start that is throttled is sent anew: what comes back so often is a defect. At half an hour each it makes hours. */
const MAX_RECEIVES = 20;

/** Runs that are yet to be started, or whose start is to be looked after; after many failed tries they are kept in the dead-letter queue. */
export class StartQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { consumerTimeoutSec }: StartQueueProps) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: Duration.seconds(consumerTimeoutSec * VISIBILITY_FACTOR),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }
}
