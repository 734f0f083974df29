import { DeleteRuleCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';

const RULE = { Name: 'e2e-listener' };

/** Hears the run events on a bus: by a rule that puts them on a queue. */
export class BusListener {
  readonly #bus: { readonly EventBusName: string };
  readonly #events = new EventBridgeClient();
  readonly #sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  #queueUrl = '';

  constructor(busName: string) {
    this.#bus = { EventBusName: busName };
  }

  async start(): Promise<void> {
    this.#queueUrl = (await this.#sqs.send(new CreateQueueCommand({ QueueName: 'e2e-listener' }))).QueueUrl!;
    const attributes = new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: ['QueueArn'] });
    const { Attributes } = await this.#sqs.send(attributes);
    await this.#events.send(new PutRuleCommand({ ...this.#bus, ...RULE, EventPattern: JSON.stringify({ source: ['task-orchestrator'] }) }));
    await this.#events.send(
      new PutTargetsCommand({ ...this.#bus, Rule: RULE.Name, Targets: [{ Id: 'queue', Arn: Attributes!.QueueArn }] }),
    );
  }

  /** What has come since the last time, of all runs. */
  async hear(): Promise<RunEvent[]> {
    const heard: RunEvent[] = [];
    for (;;) {
      const receive = new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, MaxNumberOfMessages: 10 });
      const { Messages = [] } = await this.#sqs.send(receive);
      if (Messages.length === 0) return heard;
      heard.push(...Messages.map(({ Body }) => (JSON.parse(Body!) as { detail: RunEvent }).detail));
      const Entries = Messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries }));
    }
  }

  /** Takes down what it made. */
  async stop(): Promise<void> {
    await this.#events.send(new RemoveTargetsCommand({ ...this.#bus, Rule: RULE.Name, Ids: ['queue'] }));
    await this.#events.send(new DeleteRuleCommand({ ...this.#bus, ...RULE }));
    await this.#sqs.send(new DeleteQueueCommand({ QueueUrl: this.#queueUrl }));
  }
}
