import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableUnits } from '../../lib/compiler/run-cost.ts';
import { localClient } from './test-table.ts';

interface Consumed {
  readonly CapacityUnits?: number;
}

/** A client of DynamoDB Local that adds up what the table says it has consumed; of transactions the double, which Local leaves out. */
export function meteredClient(endpoint: string): { client: DynamoDBClient; take: () => TableUnits } {
  const client = localClient(endpoint);
  let units = { reads: 0, writes: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as typeof args.input });
        const { ConsumedCapacity: consumed = [] } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
        const sum = [consumed].flat().reduce((all, { CapacityUnits = 0 }) => all + CapacityUnits, 0);
        if (/Get|Query/.test(commandName)) units.reads += sum;
        else units.writes += commandName.startsWith('Transact') ? 2 * sum : sum;
        return result;
      },
    { step: 'initialize', priority: 'low' },
  );
  return {
    client,
    take() {
      const taken = units;
      units = { reads: 0, writes: 0 };
      return taken;
    },
  };
}
