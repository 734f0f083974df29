import type { Contestant } from '../measure/contestant.ts';
import { startTaskOrchestrator } from './start-task-orchestrator.ts';

/** This project as it is by default: the store on disk, a commit does not wait for the disk. */
export const contestant: Contestant = { name: 'task-orchestrator', survives: 'process', start: () => startTaskOrchestrator({}) };
