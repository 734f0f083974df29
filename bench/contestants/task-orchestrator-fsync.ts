import type { Contestant } from '../measure/contestant.ts';
import { startTaskOrchestrator } from './start-task-orchestrator.ts';

/** This project, waiting for the disk at each commit. */
export const contestant: Contestant = {
  name: 'task-orchestrator --fsync',
  survives: 'machine',
  start: () => startTaskOrchestrator({ fsync: true }),
};
