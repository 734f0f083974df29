import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Functions } from './functions.ts';
import type { OrchestratorMetrics } from './metrics.ts';
import type { StartQueue } from './start-queue.ts';

/** What the dashboard shows and the alarms look at. */
export interface Watched {
  readonly metrics: OrchestratorMetrics;
  readonly functions: Functions;
  readonly starts: StartQueue;
  readonly table: Table;
  readonly api: HttpApi;
}
