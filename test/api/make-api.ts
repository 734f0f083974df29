import type { Api, ApiRequest } from '../../lib/api/api.ts';
import { handleApiRequest } from '../../lib/api/handle-request.ts';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { LocalUploads } from '../../lib/local/local-uploads.ts';
import { TimedStartQueue } from '../../lib/local/timed-start-queue.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { Planner } from '../../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';
import { RunControls } from '../../lib/run-control/run-controls.ts';
import type { ToolExecutor } from '../../lib/runtime/ports/executors.ts';
import { SIMULATION_START } from '../simulate.ts';

export interface MakeApiOptions {
  readonly toolExecutor?: ToolExecutor;
  readonly callbackTypes?: readonly 'tool_call'[];
  readonly pools?: Record<string, number>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they please
  readonly body: any;
}

/** The API on the local platform, with a clock that stands still until it is told. */
export function makeApi({ toolExecutor, callbackTypes, pools }: MakeApiOptions = {}) {
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const platform = new LocalPlatform({ clock, ...(toolExecutor && { toolExecutor }) });
  const { runtime, blobs } = platform;
  const errors: unknown[] = [];
  const queue = new TimedStartQueue({ clock, start: (runId) => planner.drive(runId), onError: (_, error) => errors.push(error) });
  platform.attach(queue);
  const ports = { runtime, blobs, queue };
  const planner: Planner = new Planner({
    ports,
    targets: { ...LOCAL_TARGETS, ...(callbackTypes && { callbackTypes }) },
    maxParallelTasks: 10,
    pools,
  });
  const uploads = new LocalUploads({ blobs, clock, origin: () => 'http://127.0.0.1:80' });
  const controls = new RunControls(ports, planner);
  const api: Api = {
    planner,
    controls,
    runtime,
    waitPorts: platform.waitPorts,
    uploads,
    logger: { error: (_, error) => errors.push(error) },
  };

  const call = async (method: string, url: string, request: Partial<ApiRequest> = {}): Promise<ApiAnswer> => {
    const [path, search] = url.split('?') as [string, string | undefined];
    const query = Object.fromEntries(new URLSearchParams(search));
    const { status, headers, body } = await handleApiRequest(api, { method, path, query, headers: {}, body: undefined, ...request });
    return { status, headers, body: JSON.parse(body) as unknown };
  };
  return {
    api,
    planner,
    platform,
    clock,
    uploads,
    errors,
    call,
    get: (url: string) => call('GET', url),
    post: (url: string, body: unknown, headers: Record<string, string> = {}) =>
      call('POST', url, { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
  };
}

/** a -> b, one second each. */
export const TWO_TASKS = {
  plan_id: 'two',
  tasks: [
    { task_id: 'a', metadata: { mock: { duration_sec: 1, outputs: { n: 1 } } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }], metadata: { mock: { duration_sec: 1 } } },
  ],
};
