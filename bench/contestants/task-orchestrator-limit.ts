import type { Contestant } from '../measure/contestant.ts';
import { startTaskOrchestrator } from './start-task-orchestrator.ts';

/** This project with at most 10 tasks at once, which is the default of plans: gates and places are at work. */
export const contestant: Contestant = {
  name: 'task-orchestrator, 10 at once',
  survives: 'process',
  start: () => startTaskOrchestrator({ maxParallelTasks: 10 }),
};
