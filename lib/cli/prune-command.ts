import { LocalPlatform } from '../local/local-platform.ts';
import { pruneRuns } from '../runtime/prune-runs.ts';
import { runBlobs } from '../runtime/run-blobs.ts';
import { EXIT } from './exit-codes.ts';
import { requireStore } from './stored-runs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface PruneFlags {
  /** Days. */
  olderThan: number;
  dataDir: string;
  json?: boolean;
}

/** `prune`: removes runs that ended some days ago, with their blobs; those that go on stay, however old they are. */
export async function pruneCommand({ olderThan, dataDir, json }: PruneFlags): Promise<number> {
  requireStore(dataDir);
  const platform = new LocalPlatform({ dataDir });
  try {
    const { store, blobs } = platform;
    const runs = {
      listEnded: store.listEnded.bind(store),
      removeRun: async (run: Parameters<typeof store.removeRun>[0]) => {
        // the run last: where the process dies, it is listed still
        await blobs.deleteAll(runBlobs(run.run_id));
        await store.removeRun(run);
      },
    };
    const removed = await pruneRuns(runs, new Date(Date.now() - olderThan * DAY_MS).toISOString());
    process.stdout.write(json ? `${JSON.stringify({ removed })}\n` : `removed ${removed} ${removed === 1 ? 'run' : 'runs'}\n`);
    return EXIT.completed;
  } finally {
    platform.close();
  }
}
