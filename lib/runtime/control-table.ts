import type { ErrorCode } from '../model/error-codes.ts';
import type { RunStatus } from '../model/run.ts';
import type { RunControl } from './ports/runs.ts';

export const CONTROLS = ['cancel', 'pause', 'resume', 'retry'] as const;
export type Control = (typeof CONTROLS)[number];

/** How a run stands, as far as controls make a difference: two kinds of `failed`, and one that never had a valid plan. */
export const CONTROL_STATES = [
  'queued',
  'executing',
  'pausing',
  'paused',
  'cancelling',
  'completed',
  'failed',
  'interrupted',
  'refused',
  'cancelled',
] as const;
export type ControlState = (typeof CONTROL_STATES)[number];

/** What a control does: the status that the run is given, nothing because that is what it is already, or why it is refused. */
export type Outcome =
  | { readonly to: Extract<RunStatus, 'cancelling' | 'pausing' | 'paused' | 'queued'>; readonly then: RunStatus }
  | { readonly nothing: string }
  | { readonly refused: string };

const to = (first: 'cancelling' | 'pausing' | 'paused' | 'queued', then: RunStatus = first): Outcome => ({ to: first, then });
const nothing = (why: string): Outcome => ({ nothing: why });
const refused = (why: string): Outcome => ({ refused: why });

/** What each control comes to in each state. `docs/run-control.md` is made of it. */
export const CONTROL_TABLE: Readonly<Record<ControlState, Readonly<Record<Control, Outcome>>>> = {
  queued: {
    cancel: to('cancelling', 'cancelled'),
    pause: to('paused'),
    resume: refused('it is queued and will start by itself'),
    retry: refused('it is queued and will start by itself'),
  },
  executing: {
    cancel: to('cancelling', 'cancelled'),
    pause: to('pausing', 'paused'),
    resume: refused('it is executing'),
    retry: refused('it is executing: cancel or pause it first'),
  },
  pausing: {
    cancel: to('cancelling', 'cancelled'),
    pause: nothing('it is being paused'),
    resume: refused('tasks are still running: wait until it is paused'),
    retry: refused('tasks are still running: wait until it is paused'),
  },
  paused: {
    cancel: to('cancelling', 'cancelled'),
    pause: nothing('it is paused'),
    resume: to('queued', 'executing'),
    retry: to('queued', 'executing'),
  },
  cancelling: {
    cancel: nothing('it is being cancelled'),
    pause: refused('it is being cancelled'),
    resume: refused('it is being cancelled'),
    retry: refused('it is being cancelled: wait until it is cancelled'),
  },
  completed: {
    cancel: refused('it has completed'),
    pause: refused('it has completed'),
    resume: refused('it has completed'),
    retry: refused('it has completed: submit a changed plan as a run of its own'),
  },
  failed: {
    cancel: refused('it has failed'),
    pause: refused('it has failed'),
    resume: refused('it has failed. A retry runs the tasks again that have not completed'),
    retry: to('queued', 'executing'),
  },
  interrupted: {
    cancel: refused('it has failed'),
    pause: refused('it has failed'),
    resume: to('queued', 'executing'),
    retry: to('queued', 'executing'),
  },
  refused: {
    cancel: refused('its plan is not valid'),
    pause: refused('its plan is not valid'),
    resume: refused('its plan is not valid: submit another'),
    retry: refused('its plan is not valid: submit another'),
  },
  cancelled: {
    cancel: nothing('it is cancelled'),
    pause: refused('it is cancelled'),
    resume: refused('it is cancelled. A retry runs the tasks again that have not completed'),
    retry: to('queued', 'executing'),
  },
};

/** The code of runs that were stopped from outside, and of the tasks that this left without an end. */
export const INTERRUPTED: ErrorCode = 'E5200';

export function controlStateOf({ status, task_count, error }: Pick<RunControl, 'status' | 'task_count' | 'error'>): ControlState {
  if (status !== 'failed') return status;
  if (task_count === 0) return 'refused';
  return error?.code === INTERRUPTED ? 'interrupted' : 'failed';
}
