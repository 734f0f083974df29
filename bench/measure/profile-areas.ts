import type { SelfTime } from './cpu-profile.ts';

/** Parts of a run, by where the code is; the first that fits. What is built in counts for the code that calls it. */
const AREAS: readonly (readonly [string, (time: SelfTime) => boolean])[] = [
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  ['idle', ({ functionName }) => functionName === '(idle)'],
  ['system calls and the engine itself', ({ functionName }) => functionName === '(program)'],
  ['JSON.parse, JSON.stringify', ({ functionName, url }) => url === '' && (functionName === 'parse' || functionName === 'stringify')],
  ['SQLite and the store', ({ callerUrl }) => callerUrl.includes('/lib/local/sqlite/')],
  ['JSONata', ({ callerUrl }) => callerUrl.includes('/jsonata/')],
  ['interpreter', ({ callerUrl }) => callerUrl.includes('/lib/local/asl/')],
  ['engine adapter and clock', ({ callerUrl }) => callerUrl.includes('/lib/local/')],
  ['checking payloads (zod)', ({ callerUrl }) => callerUrl.includes('/zod/')],
  ['runtime handlers', ({ callerUrl }) => callerUrl.includes('/lib/runtime/')],
  ['reading the plan', ({ callerUrl }) => callerUrl.includes('/lib/model/')],
  ['compiler', ({ callerUrl }) => callerUrl.includes('/lib/compiler/') || callerUrl.includes('/lib/graph/')],
  ['executors', ({ callerUrl }) => callerUrl.includes('/lib/executors/')],
  ['orchestrator', ({ callerUrl }) => callerUrl.includes('/lib/')],
  ['the benchmark', ({ callerUrl }) => callerUrl.includes('/bench/')],
  ['Node (timers, promises, abort signals)', ({ callerUrl }) => callerUrl.startsWith('node:')],
];
const OTHER = 'other';

/** Self time by area, most first. */
export function timeByArea(times: readonly SelfTime[]): [area: string, selfUs: number][] {
  const sums = new Map<string, number>();
  for (const time of times) {
    const area = AREAS.find(([, fits]) => fits(time))?.[0] ?? OTHER;
    sums.set(area, (sums.get(area) ?? 0) + time.selfUs);
  }
  return [...sums].sort((a, b) => b[1] - a[1]);
}
