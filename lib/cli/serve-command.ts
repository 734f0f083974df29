import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { LocalService } from '../local-service.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

export interface ServeFlags {
  port: number;
  dataDir: string;
  maxParallel?: number;
}

/** `serve`: the API on localhost until it is told to stop. */
export async function serveCommand({ port, dataDir, maxParallel }: ServeFlags): Promise<number> {
  const service = new LocalService({ dataDir, maxParallelTasks: maxParallel });
  try {
    service.server.listen(port, '127.0.0.1');
    await once(service.server, 'listening');
  } catch (error) {
    service.close();
    throw new UsageError(`cannot listen on port ${port}: ${(error as Error).message}`, { cause: error });
  }
  const interrupted = await service.takeUp();
  const { port: actual } = service.server.address() as AddressInfo;
  process.stdout.write(`listening on http://127.0.0.1:${actual} (runs are kept in ${dataDir})\n`);
  for (const runId of interrupted) process.stdout.write(`run ${runId} was interrupted; POST /runs/${runId}/resume lets it go on\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  service.close();
  process.exit(EXIT.completed); // tasks that are under way must not keep it
}
