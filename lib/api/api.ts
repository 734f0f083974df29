import type { PlanSize } from '../model/plan-sizes.ts';
import type { Planner } from '../planning/planner.ts';
import type { RunControls } from '../run-control/run-controls.ts';
import type { UploadStore } from '../runtime/ports/upload-store.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { WaitPorts } from '../runtime/wait-for-run.ts';

/** What the API stands on. The runtime's store is that of the caller's tenant: what others own is not in it. */
export interface Api {
  readonly planner: Planner;
  readonly controls: RunControls;
  readonly runtime: Runtime;
  /** How to wait for a run to change. Default: by looking every second. */
  readonly waitPorts?: WaitPorts | undefined;
  /** The caller's. */
  readonly uploads: UploadStore;
  /** The largest plan of which a dry run is made. Default: what can be compiled while a caller of a deployment waits. */
  readonly largestDryRun?: PlanSize | undefined;
  /** Gets what went wrong inside; callers are told nothing of it. Default: the console. */
  readonly logger?: ApiLogger | undefined;
}

export interface ApiLogger {
  error(message: string, error: unknown): void;
}

export interface ApiRequest {
  readonly method: string;
  /** Without the query, still URL-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | undefined;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}
