import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface StartQueueProps {
  /** Of the function that receives. */
  readonly consumerTimeoutSec: number;
}

/** AWS's advice for queues that Lambda polls: six times the function's timeout. */
const VISIBILITY_FACTOR = 6;
/** A start that is throttled comes back each visibility timeout: so often makes hours. */
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
