/** A task as a scheduler sees it; dependencies are places in the list. */
export interface TimedTask {
  readonly dependencies: readonly number[];
  readonly seconds: number;
}

/** What any schedule of these tasks is measured by. */
export interface ScheduleBounds {
  readonly criticalPathSec: number;
  readonly workSec: number;
  /** No schedule that leaves no worker idle while a task is ready takes longer (Graham 1969). */
  boundSec(workers: number): number;
}

export function scheduleBounds(tasks: readonly TimedTask[]): ScheduleBounds {
  const workSec = tasks.reduce((sum, task) => sum + task.seconds, 0);
  const criticalPathSec = remainingPaths(tasks).reduce((longest, sec) => Math.max(longest, sec), 0);
  return { workSec, criticalPathSec, boundSec: (workers) => criticalPathSec + (workSec - criticalPathSec) / workers };
}

/**
 * Seconds that list scheduling takes which knows all times beforehand and costs nothing: whenever a worker is free it takes, of the
 * tasks that are ready, the one with the longest path still ahead.
 */
export function idealMakespanSec(tasks: readonly TimedTask[], workers: number): number {
  const remaining = remainingPaths(tasks);
  const dependents = dependentsOf(tasks);
  const open = tasks.map(({ dependencies }) => dependencies.length);
  const ready = tasks.flatMap((_, task) => (open[task] === 0 ? [task] : []));
  const running: { readonly task: number; readonly end: number }[] = [];
  for (let now = 0; ; ) {
    ready.sort((a, b) => remaining[a]! - remaining[b]! || b - a);
    while (running.length < workers && ready.length > 0) {
      const task = ready.pop()!;
      running.push({ task, end: now + tasks[task]!.seconds });
    }
    if (running.length === 0) return now;
    now = running.reduce((first, { end }) => Math.min(first, end), Number.POSITIVE_INFINITY);
    for (const { task } of running.filter(({ end }) => end <= now)) {
      for (const dependent of dependents[task]!) if (--open[dependent]! === 0) ready.push(dependent);
    }
    running.splice(0, running.length, ...running.filter(({ end }) => end > now));
  }
}

/** Seconds of the longest path that begins with each task. */
function remainingPaths(tasks: readonly TimedTask[]): number[] {
  const dependents = dependentsOf(tasks);
  const open = dependents.map((own) => own.length);
  const remaining = tasks.map(({ seconds }) => seconds);
  const ended = tasks.flatMap((_, task) => (open[task] === 0 ? [task] : []));
  for (const task of ended) {
    for (const dependency of tasks[task]!.dependencies) {
      remaining[dependency] = Math.max(remaining[dependency]!, tasks[dependency]!.seconds + remaining[task]!);
      if (--open[dependency]! === 0) ended.push(dependency);
    }
  }
  return remaining;
}

function dependentsOf(tasks: readonly TimedTask[]): number[][] {
  const dependents: number[][] = tasks.map(() => []);
  for (const [task, { dependencies }] of tasks.entries()) for (const dependency of dependencies) dependents[dependency]!.push(task);
  return dependents;
}
