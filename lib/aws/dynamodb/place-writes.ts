import { type ExecutionRef, readRef } from '../../model/execution-ref.ts';
import type { Demand, Place, Turn } from '../../runtime/ports/places.ts';
import {
  heldIsAsBefore,
  nobodyHolds,
  placeIsFreeForAnother,
  placeIsToBeHad,
  runGoesOn,
  sharedPlaceIsFreeForAnother,
  sharedPlaceIsToBeHad,
  stoppedRunStatuses,
} from './conditions.ts';
import { expressions, type Parts } from './expressions.ts';
import { type ItemKey, poolKey, runKey, sharedPoolKey } from './table.ts';
import type { TransactWrite } from './table-client.ts';

/** A write to a pool's item. */
export interface PlaceWrite {
  readonly key: ItemKey;
  readonly parts: Parts;
}

export interface PlaceOwner {
  readonly ref: ExecutionRef;
  readonly tenantId: string;
  readonly ordinal: number;
}

/** Who holds a place: in a run's own pool its ordinal, in a shared one its execution too. */
export function sharedHolder(ref: ExecutionRef, ordinal: number): string {
  return `${ref}#${ordinal}`;
}

/**
 * @param anew the task must not hold the place yet
 * @param turn the place is the run's to take only while the shared pool has as many holders as this
 */
export function takeWrite(
  owner: PlaceOwner,
  place: Place,
  { anew, expiry, turn }: { anew: boolean; expiry: number; turn?: Turn | undefined },
): PlaceWrite {
  if (place.limit === 'shared') {
    const holder = sharedHolder(owner.ref, owner.ordinal);
    const free = anew ? sharedPlaceIsFreeForAnother : sharedPlaceIsToBeHad;
    const isTurn = turn?.pool === place.pool ? (turn.held === 0 ? nobodyHolds : heldIsAsBefore) : undefined;
    return {
      key: keyOf(owner, place),
      parts: {
        update: 'ADD #holders :holder',
        condition: isTurn === undefined ? free : `${free} AND ${isTurn}`,
        values: { ':holder': new Set([holder]), ':ordinal': holder, ...(isTurn === heldIsAsBefore && { ':held': turn!.held }) },
      },
    };
  }
  return {
    key: keyOf(owner, place),
    parts: {
      update: 'ADD #holders :holder SET #expires_at = :expiry',
      condition: anew ? placeIsFreeForAnother : placeIsToBeHad,
      values: { ':holder': new Set([owner.ordinal]), ':ordinal': owner.ordinal, ':limit': place.limit, ':expiry': expiry },
    },
  };
}

export function freeWrite(owner: PlaceOwner, place: Place): PlaceWrite {
  const holder = place.limit === 'shared' ? sharedHolder(owner.ref, owner.ordinal) : owner.ordinal;
  return { key: keyOf(owner, place), parts: { update: 'DELETE #holders :holder', values: { ':holder': new Set([holder]) } } };
}

export function keyOf({ ref, tenantId }: Pick<PlaceOwner, 'ref' | 'tenantId'>, { pool, limit }: Place): ItemKey {
  return limit === 'shared' ? sharedPoolKey(tenantId, pool) : poolKey(ref, pool);
}

export function asTransactWrite(TableName: string, { key, parts }: PlaceWrite): TransactWrite {
  const update = expressions(parts);
  return { Update: { TableName, Key: key, ...update, UpdateExpression: update.UpdateExpression! } };
}

/** A run that was stopped, or goes on in another execution, gets no shared place: nobody would give it back. */
export function runGoesOnCheck(TableName: string, ref: ExecutionRef, demand: Demand): TransactWrite[] {
  if (!demand.some(({ limit }) => limit === 'shared')) return [];
  const { runId, execution } = readRef(ref);
  const check = expressions({ condition: runGoesOn, values: { ':execution': execution, ...stoppedRunStatuses } });
  return [{ ConditionCheck: { TableName, Key: runKey(runId), ...check, ConditionExpression: runGoesOn } }];
}
