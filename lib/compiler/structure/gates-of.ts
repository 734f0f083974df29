import type { Structure } from './structure.ts';

/** Per task the dependencies that the structure leaves to its gate. */
export function gatesOf(structure: Structure, taskCount: number): (readonly number[])[] {
  const gates = new Array<readonly number[]>(taskCount).fill([]);
  const open: Structure[] = [structure];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === 'task') gates[node.task] = node.gate;
    else open.push(...node.parts);
  }
  return gates;
}
