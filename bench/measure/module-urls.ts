import type { ContestantModule } from './contestant.ts';

const OURS = ['task-orchestrator', 'task-orchestrator-fsync', 'task-orchestrator-limit'];
const FLOOR = ['promises'];

/** URLs of the sources of this project's own contestants and of the floor. */
export const OUR_MODULES = OURS.map(urlOf);
export const FLOOR_MODULES = FLOOR.map(urlOf);

function urlOf(file: string): string {
  return new URL(`../contestants/${file}.ts`, import.meta.url).href;
}

export async function loadContestant(url: string): Promise<ContestantModule['contestant']> {
  return ((await import(url)) as ContestantModule).contestant;
}
