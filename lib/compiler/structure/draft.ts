/** A structure while it is being made: it can change, and knows its parents. */
export type Draft = DraftTask | DraftBlock;

export interface DraftTask {
  readonly kind: 'task';
  parent: DraftBlock | undefined;
  readonly task: number;
}

export interface DraftBlock {
  readonly kind: 'series' | 'parallel';
  parent: DraftBlock | undefined;
  /** From left to right. A set, so that a branch of a wide Parallel is replaced without a look at the others. */
  readonly parts: Set<Draft>;
}

export function draftTask(task: number): DraftTask {
  return { kind: 'task', parent: undefined, task };
}

/** The parts in series or in parallel; a single part stands for itself. */
export function draftBlock(kind: DraftBlock['kind'], parts: readonly Draft[]): Draft {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const block: DraftBlock = { kind, parent: undefined, parts: new Set() };
  for (const part of parts) addPart(block, part);
  return block;
}

/** Appends a part; one of the same kind as the block dissolves. */
export function addPart(block: DraftBlock, part: Draft): void {
  for (const added of part.kind === block.kind ? part.parts : [part]) {
    added.parent = block;
    block.parts.add(added);
  }
}

/** The leaves below a node, from left to right. */
export function leavesBelow(node: Draft, into: DraftTask[] = []): DraftTask[] {
  if (node.kind === 'task') into.push(node);
  else for (const part of node.parts) leavesBelow(part, into);
  return into;
}

/** The leaf of every task. */
export function leavesByTask(root: Draft): DraftTask[] {
  const leaves: DraftTask[] = [];
  for (const leaf of leavesBelow(root)) leaves[leaf.task] = leaf;
  return leaves;
}

export function levelOf(node: Draft): number {
  let level = 0;
  for (let above = node.parent; above; above = above.parent) level++;
  return level;
}

/** The lowest block that holds two different leaves. */
export function meet(a: DraftTask, b: DraftTask): DraftBlock {
  let x: Draft = a;
  let y: Draft = b;
  let ahead = levelOf(a) - levelOf(b);
  for (; ahead > 0; ahead--) x = x.parent!;
  for (; ahead < 0; ahead++) y = y.parent!;
  while (x !== y) {
    x = x.parent!;
    y = y.parent!;
  }
  return x as DraftBlock;
}

/** The part of a block that holds a leaf; undefined when the leaf lies elsewhere. */
export function partWith(block: DraftBlock, leaf: DraftTask): Draft | undefined {
  let node: Draft | undefined = leaf;
  while (node && node.parent !== block) node = node.parent;
  return node;
}
