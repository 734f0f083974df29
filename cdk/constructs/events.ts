import { Duration } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import { MACHINE_NAME_PREFIX } from './machine-arns.ts';

export interface EventsProps {
  readonly table: Table;
  /** Turns the table's stream into events. */
  readonly publishEvents: IFunction;
  /** Settles runs whose execution ended without finish-run. */
  readonly reconcile: IFunction;
  /** What neither of them could do in many tries. */
  readonly deadLetters: IQueue;
}

/** How an execution ends that may not have ended its run. */
const BAD_ENDS = ['FAILED', 'TIMED_OUT', 'ABORTED'];

/** The table's changes on their way to the event bus, and the ends of executions on their way to reconcile. */
export class Events extends Construct {
  constructor(scope: Construct, id: string, { table, publishEvents, reconcile, deadLetters }: EventsProps) {
    super(scope, id);
    acknowledgeWildcard(publishEvents.role!, '*', 'Streams are listed for all tables; IAM knows no resource for that.');
    publishEvents.addEventSource(
      // the cast: CDK's own types do not satisfy exactOptionalPropertyTypes
      new DynamoEventSource(table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        bisectBatchOnError: true,
        retryAttempts: 10,
        reportBatchItemFailures: true,
        onFailure: new SqsDlq(deadLetters),
      }),
    );
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
