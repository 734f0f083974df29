import type { Demand, Place, Turn } from '../../runtime/ports.ts';
import {
  heldIsAsBefore,
  nobodyHolds,
  placeIsFreeForAnother,
  placeIsToBeHad,
  runExecutes,
  sharedPlaceIsFreeForAnother,
  sharedPlaceIsToBeHad,
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
  readonly runId: string;
  readonly tenantId: string;
  readonly ordinal: number;
}

/** Who holds a place: in a run's own pool its ordinal, in a shared one the run's id too. */
export function sharedHolder(runId: string, ordinal: number): string {
  return `${runId}#${ordinal}`;
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
    const holder = sharedHolder(owner.runId, owner.ordinal);
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
  const holder = place.limit === 'shared' ? sharedHolder(owner.runId, owner.ordinal) : owner.ordinal;
  return { key: keyOf(owner, place), parts: { update: 'DELETE #holders :holder', values: { ':holder': new Set([holder]) } } };
}

export function keyOf({ runId, tenantId }: Pick<PlaceOwner, 'runId' | 'tenantId'>, { pool, limit }: Place): ItemKey {
  return limit === 'shared' ? sharedPoolKey(tenantId, pool) : poolKey(runId, pool);
}

export function asTransactWrite(TableName: string, { key, parts }: PlaceWrite): TransactWrite {
  const update = expressions(parts);
  return { Update: { TableName, Key: key, ...update, UpdateExpression: update.UpdateExpression! } };
}

/** A run that has ended gets no shared place: nobody would give it back. */
export function runGoesOnCheck(TableName: string, runId: string, demand: Demand): TransactWrite[] {
  if (!demand.some(({ limit }) => limit === 'shared')) return [];
  const check = expressions({ condition: runExecutes, values: { ':executing': 'executing' } });
  return [{ ConditionCheck: { TableName, Key: runKey(runId), ...check, ConditionExpression: runExecutes } }];
}
