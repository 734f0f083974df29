import { isJsonObject, type JsonValue } from './json.ts';
import { isCompound, type PlacedTask } from './place-tasks.ts';
import { own } from './task-sketch.ts';

/** Tasks with the resources that they take: those of a compound are its subtasks', where these do not say otherwise. */
export function withResources(placed: readonly PlacedTask[]): JsonValue[] {
  const taken: (JsonValue | undefined)[] = [];
  for (const { given, ordinal, parent } of placed) {
    const said = isJsonObject(given) ? (own(given, 'resources') ?? undefined) : undefined;
    taken[ordinal] = said ?? (parent === undefined ? undefined : taken[parent.ordinal]);
  }
  return placed.map(({ raw, ordinal }) => {
    if (!isJsonObject(raw)) return raw;
    if (isCompound(raw)) return { ...raw, resources: null };
    const resources = taken[ordinal];
    return resources === undefined || resources === own(raw, 'resources') ? raw : { ...raw, resources };
  });
}
