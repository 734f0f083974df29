import type { DecidedOrder } from './deciders.ts';
import type { Structure } from './structure/structure.ts';

/** Gives every task that decides a gate with all the dependencies that it waits for: it opens by the task's rule, which no series could hold. */
export function gateDeciders(structure: Structure, { deciders, awaited }: DecidedOrder): Structure {
  if (deciders.size === 0) return structure;
  const visit = (node: Structure): Structure => {
    if (node.kind !== 'task') return { kind: node.kind, parts: node.parts.map(visit) };
    return deciders.has(node.task) ? { ...node, gate: [...awaited[node.task]!].sort((a, b) => a - b) } : node;
  };
  return visit(structure);
}
