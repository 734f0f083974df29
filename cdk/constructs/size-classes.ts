import type { SizeClass } from '../../lib/model/size-class.ts';
import { functionSettings } from './function-settings.ts';
import type { TaskOrchestratorProps } from './task-orchestrator-props.ts';

/** An environment has 4 KB, in which the api function finds all of them. */
export const MAX_SIZE_CLASSES = 8;

/**
 * The size classes of run-task, the smallest first; by default there is one.
 *
 * @throws TypeError where they contradict each other or what is said of run-task
 */
export function sizeClassesOf({
  sizeClasses,
  functions = {},
}: Pick<TaskOrchestratorProps, 'sizeClasses' | 'functions'>): readonly SizeClass[] {
  if (sizeClasses === undefined) return [{ name: 'default', memoryMb: functionSettings('run-task', functions).memoryMb }];
  const classes = [...sizeClasses].sort((a, b) => a.memoryMb - b.memoryMb);
  if (classes.length < 1 || classes.length > MAX_SIZE_CLASSES)
    throw new TypeError(`sizeClasses: 1 to ${MAX_SIZE_CLASSES}, not ${classes.length}`);
  if (functions['run-task']?.memoryMb !== undefined) throw new TypeError('functions.run-task.memoryMb: sizeClasses say it');
  for (const key of ['name', 'memoryMb'] as const) {
    if (new Set(classes.map((each) => each[key])).size < classes.length) throw new TypeError(`sizeClasses: two have the same ${key}`);
  }
  return classes;
}
