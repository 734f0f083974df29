import type { Resources } from '../model/plan.ts';
import { largestOf, requiredMb, type SizeClass, smallestWith } from '../model/size-class.ts';

/** A function that carries out tasks which need no more than it has. */
export interface RunTaskClass extends SizeClass {
  /** Or its ARN. */
  readonly functionName: string;
}

/** One function for tasks of any size, or one for each size class, at least one. */
export type RunTaskFunctions = string | readonly RunTaskClass[];

/** The function of a task: that of the smallest class which has what the task needs. The plan has been checked: there is one. */
export function runTaskFor(functions: RunTaskFunctions, resources: Resources | null): string {
  return typeof functions === 'string' ? functions : smallestWith(functions, requiredMb(resources))!.functionName;
}

/** Undefined where there is no limit. */
export function largestSize(functions: RunTaskFunctions): SizeClass | undefined {
  return typeof functions === 'string' ? undefined : largestOf(functions);
}
