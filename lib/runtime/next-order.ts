import type { RunControl, RunOrder } from './ports/runs.ts';

/** What the next execution of a run is to do, but for where its machines are kept. */
export interface Reopening extends Pick<RunOrder, 'max_retries' | 'folder' | 'for_parent' | 'keeps_time' | 'idempotency_key'> {
  readonly mode: Exclude<RunOrder['mode'], 'start'>;
  readonly plan_folder?: string | undefined;
}

/** A retry that was stopped before it was planned is still to be done, and what it said of retries holds on: the run is resumed with it. */
export function nextOrder({ order, planned, execution }: RunControl, reopening: Reopening): RunOrder {
  const { mode, max_retries, folder, plan_folder, for_parent, keeps_time, idempotency_key } = reopening;
  const pending = planned < execution ? order : undefined;
  const retries = max_retries ?? (mode === 'resume' ? order.max_retries : undefined);
  return {
    mode: pending?.mode === 'retry' ? 'retry' : mode,
    folder,
    plan_folder: plan_folder ?? order.plan_folder,
    ...((plan_folder !== undefined || pending?.is_new_plan === true) && { is_new_plan: true }),
    ...(retries !== undefined && { max_retries: retries }),
    ...(for_parent !== undefined && { for_parent }),
    ...(keeps_time !== undefined && { keeps_time }),
    ...(idempotency_key !== undefined && { idempotency_key }),
  };
}
