import type { Resources } from './plan.ts';

/** Functions that carry out tasks differ in their memory only. */
export interface SizeClass {
  readonly name: string;
  readonly memoryMb: number;
}

/** Lambda gives processor time in proportion to memory. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MB_PER_CORE = 1_769;
/** A function's largest size has six cores, a little more than the proportion says. */
const MOST_CORES = 6;
const MOST_MB = 10_240;

/** MB of the smallest function that has so many cores. */
export function mbOfCores(cores: number): number {
  const mb = Math.ceil(cores * MB_PER_CORE);
  return cores <= MOST_CORES ? Math.min(mb, MOST_MB) : mb;
}

/** MB of the smallest function that has all of it; what is not said needs nothing. */
export function requiredMb(resources: Pick<Resources, 'memory_mb' | 'cpu_cores'> | null): number {
  return Math.max(resources?.memory_mb ?? 0, mbOfCores(resources?.cpu_cores ?? 0));
}

export function largestOf<C extends SizeClass>(classes: readonly C[]): C {
  return classes.reduce((largest, each) => (each.memoryMb > largest.memoryMb ? each : largest));
}

/** The smallest class that has so much memory. */
export function smallestWith<C extends SizeClass>(classes: readonly C[], mb: number): C | undefined {
  const enough = classes.filter(({ memoryMb }) => memoryMb >= mb);
  return enough.length === 0 ? undefined : enough.reduce((smallest, each) => (each.memoryMb < smallest.memoryMb ? each : smallest));
}
