import type { BlobFolder } from './ports/blob-store.ts';

/** The folder of a run's blobs, all of them; or that of one of its executions. */
export function runBlobs(runId: string, folder: BlobFolder = ''): string {
  return folder === '' ? `runs/${runId}` : `runs/${runId}/${folder}`;
}
