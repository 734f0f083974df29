import type { Layout, MapLayout } from './layout.ts';

export interface PartitionOptions {
  /** The share of a machine that a part takes, of its bytes or its events, whichever is larger; 1 is a whole machine. */
  readonly shareOf: (part: Layout) => number;
  readonly label: (part: Layout, number: number) => string;
}

/**
 * Moves parts into machines of their own until each machine is within the quotas of a definition's size and an execution's
 * history.
 *
 * Invariant: the order of tasks stays as it was. Neighbours in a series stay in series, branches beside each other stay so;
 * gates and places live in the store and work across machines.
 */
export function partition(root: Layout, { shareOf, label }: PartitionOptions): Layout {
  let children = 0;
  const child = (part: Layout): Layout => (part.kind === 'child' ? part : { kind: 'child', part, label: label(part, ++children) });

  const shrink = (node: Layout): Layout => {
    if (shareOf(node) <= 1 || node.kind === 'task' || node.kind === 'child' || node.kind === 'foreach') return node;
    if (node.kind === 'map') return node.items.length === 1 ? node : shrink({ kind: 'parallel', parts: splitMap(node, shareOf) });
    const { kind } = node;
    let parts = node.parts.map(shrink);
    while (parts.length > 1 && shareOf({ kind, parts }) > 1) {
      const bins = packNeighbours(parts, shareOf);
      parts = bins.map((bin) => child(bin.length === 1 ? bin[0]! : { kind, parts: bin }));
    }
    return parts.length === 1 ? parts[0]! : { kind, parts };
  };
  return shrink(root);
}

/** As many neighbours together as fit into a machine. */
function packNeighbours(parts: readonly Layout[], shareOf: (part: Layout) => number): Layout[][] {
  const bins: Layout[][] = [];
  let share = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const more = shareOf(part);
    if (share + more > 1) {
      bins.push([]);
      share = 0;
    }
    bins.at(-1)!.push(part);
    share += more;
  }
  return bins;
}

/** The same body over ever smaller shares of the items. */
function splitMap(map: MapLayout, shareOf: (part: Layout) => number): MapLayout[] {
  const count = Math.min(map.items.length, Math.ceil(shareOf(map) * 1.1));
  return Array.from({ length: count }, (_, i): MapLayout => {
    const from = Math.floor((i * map.items.length) / count);
    return { ...map, items: map.items.slice(from, Math.floor(((i + 1) * map.items.length) / count)) };
  });
}
