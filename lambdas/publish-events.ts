import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoStore } from '../lib/aws/dynamodb/dynamo-store.ts';
import { makeDynamoClient } from '../lib/aws/dynamodb/make-client.ts';
import { readEnvironment } from '../lib/aws/environment.ts';
import { EventBridgeSink } from '../lib/aws/event-bridge-sink.ts';
import { lambdaHandler } from './middleware.ts';
import { metrics } from './powertools.ts';
import { publishChanges } from './publish-changes.ts';

const { TABLE_NAME, EVENT_BUS_NAME } = readEnvironment(['TABLE_NAME', 'EVENT_BUS_NAME']);
const { events } = new DynamoStore({ client: makeDynamoClient(), table: TABLE_NAME, allTenants: true });
const sink = new EventBridgeSink({ client: new EventBridgeClient(), busName: EVENT_BUS_NAME });

export const handler = lambdaHandler(publishChanges({ log: events, sink, metrics }));
