import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Api } from './api/api.ts';
import { handleApiRequest } from './api/handle-request.ts';
import { makeHttpServer } from './api/http-server.ts';
import { maxBodyBytes, takeUpload } from './api/take-upload.ts';
import { LocalPlatform, type LocalPlatformOptions } from './local/local-platform.ts';
import { LocalUploads } from './local/local-uploads.ts';
import { RealClock } from './local/real-clock.ts';
import { TimedStartQueue } from './local/timed-start-queue.ts';
import { LARGEST_PLAN } from './model/plan-sizes.ts';
import { withoutData } from './model/without-data.ts';
import { Planner } from './planning/planner.ts';
import { LOCAL_TARGETS, type PrepareOptions } from './planning/prepare-plan.ts';
import { RunControls } from './run-control/run-controls.ts';

export interface LocalServiceOptions extends LocalPlatformOptions, Omit<PrepareOptions, 'targets'> {
  /** Gets what went wrong inside. Default: the console. */
  readonly logger?: { error(message: string, error: unknown): void };
}

/** Accepts plans and runs them in this process: what a deployment is on AWS, on the store of a folder. */
export class LocalService {
  /** Not listening yet. */
  readonly server: Server;
  readonly planner: Planner;
  readonly #platform: LocalPlatform;
  readonly #queue: TimedStartQueue;
  readonly #uploads: LocalUploads;

  /** @throws StoreUnusableError */
  constructor(options: LocalServiceOptions) {
    const { logger = console, clock = new RealClock() } = options;
    this.#platform = new LocalPlatform({ ...options, clock });
    this.#queue = new TimedStartQueue({
      clock,
      start: (runId) => this.planner.drive(runId),
      onError: (runId, error) => logger.error(`run ${runId} did not start`, withoutData(error)),
    });
    this.#platform.attach(this.#queue);
    const { runtime, blobs } = this.#platform;
    const ports = { runtime, blobs, queue: this.#queue };
    this.planner = new Planner({ ...options, ports, targets: LOCAL_TARGETS });
    this.#uploads = new LocalUploads({ blobs, clock, origin: () => originOf(this.server) });
    // nobody here cuts a dry run short
    const controls = new RunControls(ports, this.planner, this.#platform);
    const waitPorts = this.#platform.waitPorts;
    const api: Api = { planner: this.planner, controls, waitPorts, runtime, uploads: this.#uploads, largestDryRun: LARGEST_PLAN, logger };
    this.server = makeHttpServer(
      async (request) => (await takeUpload(this.#uploads, request)) ?? handleApiRequest(api, request),
      maxBodyBytes,
    );
  }

  /**
   * Takes up what an earlier process has left: what it accepted is started, what it executed can be resumed.
   *
   * @returns the runs that can be resumed
   */
  async takeUp(): Promise<string[]> {
    const interrupted = await this.#platform.settleOrphans();
    for (const { run_id, status, process } of await this.#platform.store.listUnfinished()) {
      if (status !== 'queued') continue;
      if (process === null || (await this.#platform.takeOrphan(run_id))) await this.#queue.send(run_id, 0);
    }
    return interrupted;
  }

  /** Takes no more requests and closes the store. Runs that are under way cannot go on. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.#queue.close();
    this.#uploads.close();
    this.#platform.close();
  }
}

function originOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
