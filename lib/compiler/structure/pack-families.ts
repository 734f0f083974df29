import type { Family } from './families.ts';

/** Then those left are taken in one sweep: a long row of families that each wait for the next one's turn would take a round each. */
const ROUNDS = 32;

interface Candidate {
  readonly family: Family;
  score: number;
}

/**
 * Gates every task of the families that lose against another.
 *
 * Two tasks that share a direct dependency but belong to different families form an N, which no series-parallel order holds:
 *
 *     a   b
 *     |\ /|      c and d both wait for b, d not for a: one of them must be gated
 *     c  d
 *
 * So the families that are not gated have pairwise disjoint dependencies: a weighted set packing. It is greedy in rounds: a
 * family wins when it has the best score at each of its dependencies: its tasks, against the tasks of other families that it keeps
 * out and the dependencies that it takes. Without the latter ladders tie, and a row of joins nests as deep as it is long.
 *
 * @param gated per task 1 when it is gated; this sets those of the losers
 */
export function packFamilies(families: ReadonlySet<Family>, gated: Uint8Array): void {
  const taken = new Uint8Array(gated.length);
  const isOpen = ({ family }: Candidate): boolean => family.dependencies.every((dependency) => !taken[dependency]);
  const won = new Set<Family>();
  const win = ({ family }: Candidate): void => {
    won.add(family);
    for (const dependency of family.dependencies) taken[dependency] = 1;
  };

  let open: Candidate[] = [];
  for (const family of families) if (family.dependencies.length > 0) open.push({ family, score: 0 });
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    const load = new Int32Array(gated.length); // tasks that want to come right behind this one
    for (const { family } of open) for (const dependency of family.dependencies) load[dependency]! += family.tasks.length;
    const best = new Array<Candidate | undefined>(gated.length).fill(undefined);
    for (const candidate of open) {
      const { dependencies, tasks } = candidate.family;
      const keptOut = dependencies.reduce((sum, dependency) => sum + load[dependency]! - tasks.length, 0);
      candidate.score = tasks.length / (keptOut + dependencies.length);
      for (const dependency of dependencies) {
        const other = best[dependency];
        if (!other || candidate.score > other.score) best[dependency] = candidate;
      }
    }
    for (const candidate of open) if (candidate.family.dependencies.every((dependency) => best[dependency] === candidate)) win(candidate);
    open = open.filter(isOpen);
  }
  for (const candidate of open.sort((a, b) => b.score - a.score)) if (isOpen(candidate)) win(candidate);

  for (const family of families) {
    if (family.dependencies.length > 0 && !won.has(family)) for (const task of family.tasks) gated[task] = 1;
  }
}
