import { Duration } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { FilterCriteria, type Function as LambdaFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { runKey, SORT_KEY, TASK_PREFIX, WAIT_PREFIX } from '../../lib/aws/dynamodb/table.ts';
import { MACHINE_NAME_PREFIX } from '../../lib/compiler/machine-names.ts';
import { acknowledgeWildcard } from './acknowledge.ts';

export interface EventsProps {
  readonly table: Table;
  /** Turns the table's stream into events. */
  readonly publishEvents: LambdaFunction;
  /** Settles runs whose execution ended without finish-run. */
  readonly reconcile: LambdaFunction;
  /** What neither of them could do in many tries. */
  readonly deadLetters: IQueue;
}

/** How an execution ends that may not have ended its run. */
const BAD_ENDS = ['FAILED', 'TIMED_OUT', 'ABORTED'];

/** The items whose changes are events or end a wait: not the events themselves, which would call their own writer. */
const TOLD_OF = [runKey('').SK, { prefix: TASK_PREFIX }, { prefix: WAIT_PREFIX }];

/** The table's changes on their way to the event bus, and the ends of executions on their way to reconcile. */
export class Events extends Construct {
  constructor(scope: Construct, id: string, props: EventsProps) {
    super(scope, id);
    this.#publish(props);
    this.#reconcile(props);
  }

  #publish({ table, publishEvents, deadLetters }: EventsProps): void {
    acknowledgeWildcard(publishEvents.role!, '*', 'Streams are listed for all tables; IAM knows no resource for that.');
    publishEvents.addEventSource(
      // the cast: CDK's own types do not satisfy exactOptionalPropertyTypes
      new DynamoEventSource(table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        filters: [FilterCriteria.filter({ dynamodb: { Keys: { [SORT_KEY]: { S: TOLD_OF } } } })],
        bisectBatchOnError: true,
        retryAttempts: 10,
        onFailure: new SqsDlq(deadLetters),
      }),
    );
  }

  #reconcile({ reconcile, deadLetters }: EventsProps): void {
    // of events that Lambda has taken and the function could not cope with; the rule's own are of those that it could not deliver
    reconcile.configureAsyncInvoke({ onFailure: new SqsDestination(deadLetters), retryAttempts: 2, maxEventAge: Duration.hours(2) });
    new Rule(this, 'ExecutionEnded', {
      description: 'Executions of TaskOrchestrator that ended badly',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: BAD_ENDS, stateMachineArn: Match.anyOf(Match.wildcard(`*:stateMachine:${MACHINE_NAME_PREFIX}*`)) },
      },
      targets: [new LambdaTarget(reconcile, { deadLetterQueue: deadLetters, retryAttempts: 20, maxEventAge: Duration.hours(2) })],
    });
  }
}
