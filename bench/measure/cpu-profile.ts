import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

/** Self time in microseconds, by function. */
export interface SelfTime {
  readonly functionName: string;
  /** Empty for what is built in. */
  readonly url: string;
  readonly line: number;
  /** The URL of the nearest caller that has one. */
  readonly callerUrl: string;
  readonly selfUs: number;
}

/** Samples the CPU while `work` runs. */
export async function profileCpu(work: () => Promise<unknown>): Promise<SelfTime[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    await work();
    return selfTimes((await session.post('Profiler.stop')).profile);
  } finally {
    session.disconnect();
  }
}

function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): SelfTime[] {
  const selfUs = new Map<number, number>();
  for (const [i, id] of samples.entries()) selfUs.set(id, (selfUs.get(id) ?? 0) + (timeDeltas[i] ?? 0));
  const callers = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  const byPlace = new Map<string, SelfTime>();
  for (const node of nodes) {
    const us = selfUs.get(node.id) ?? 0;
    if (us === 0) continue;
    const { functionName, url, lineNumber } = node.callFrame;
    let caller = node;
    while (caller.callFrame.url === '' && callers.has(caller.id)) caller = callers.get(caller.id)!;
    const callerUrl = caller.callFrame.url;
    const place = `${functionName} ${url}:${lineNumber} ${url === '' ? callerUrl : ''}`;
    byPlace.set(place, { functionName, url, line: lineNumber + 1, callerUrl, selfUs: us + (byPlace.get(place)?.selfUs ?? 0) });
  }
  return [...byPlace.values()];
}
