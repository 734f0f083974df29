import { readInput } from './read-input.ts';
export const loadPlan = (p: string): unknown => JSON.parse(readInput(p));
