/** The folder of a run's blobs, all of them. */
export function runBlobs(runId: string): string {
  return `runs/${runId}`;
}
