import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, type RunView } from '../../../lib/client/api-client.ts';
import { ApiError } from '../../../lib/client/errors.ts';
import { PlanningError } from '../../../lib/model/errors.ts';
import type { RunEvent } from '../../../lib/runtime/ports/run-event.ts';
import { isAtRest } from '../../../lib/runtime/wait-for-run.ts';
import { Dice } from '../../simulation/dice.ts';
import { changePlan, drawPlan, type SoakPlan } from './soak-plans.ts';

export const TREATMENTS = ['let be', 'paused', 'cancelled', 'retried', 'hung up on', 'submitted twice'] as const;
export type Treatment = (typeof TREATMENTS)[number];

const LONGEST_MS = 1_500;
const MOST_PAUSES = 3;
const EVENTS_PAGE = 500;
/** How often a plan that is not valid comes before the one that is. */
const INVALID = 0.1;

/** One order that a client gave to a run after it was submitted. */
export interface Order {
  readonly mode: 'resume' | 'retry';
  readonly plan: SoakPlan;
  readonly isNewPlan: boolean;
}

/** A run of the soak, at its end. */
export interface SoakedRun {
  readonly index: number;
  readonly treatment: Treatment;
  readonly submitted: SoakPlan;
  readonly view: RunView;
  readonly events: readonly RunEvent[];
  /** Those that reopened it, one for each execution after the first. */
  readonly orders: readonly Order[];
  /** Controls that were refused, since the run was over by then. */
  readonly refused: number;
  /** Requests without an answer: the process took too long. */
  readonly lostAnswers: number;
  /** Submits under the key of an earlier one, as far as the clients know. */
  readonly repeated: number;
  readonly problems: readonly string[];
}

/** Submits a plan and treats its run as the seed and the index say; the moments are those of the clock. */
export async function soakRun(endpoint: URL, seed: number, index: number): Promise<SoakedRun> {
  let lostAnswers = 0;
  const client = new ApiClient({
    endpoint,
    fetch: async (...request) => {
      try {
        return await fetch(...request);
      } catch (error) {
        lostAnswers++;
        throw error;
      }
    },
  });
  const dice = new Dice(seed * 1_000_003 + index);
  const submitted = drawPlan(dice, index);
  const treatment = dice.pick(TREATMENTS);
  const problems: string[] = [];
  const orders: Order[] = [];
  let refused = 0;
  let plan = submitted;

  if (dice.chance(INVALID)) problems.push(...(await submitInvalid(client)));
  const idempotencyKey = `soak-${seed}-${index}`;
  const submission = { plan: plan.body, idempotencyKey };
  const accepted = await Promise.all([client.submit(submission), ...(treatment === 'submitted twice' ? [client.submit(submission)] : [])]);
  const runId = accepted[0]!.run_id;
  if (accepted.some(({ run_id }) => run_id !== runId))
    problems.push(`one key gave two runs, ${accepted.map(({ run_id }) => run_id).join()}`);

  /** Whether the run took it. */
  const control = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      refused++;
      return false;
    }
  };
  const reopen = async (mode: Order['mode'], changed?: SoakPlan): Promise<void> => {
    const lostBefore = lostAnswers;
    const isTaken = await control(() => (mode === 'resume' ? client.resume(runId) : client.retry(runId, { plan: changed?.body })));
    // sent again since its answer was lost, it is refused: the run goes on already
    const wasTaken = lostAnswers > lostBefore && (await client.getRun(runId))!.execution === orders.length + 2;
    if (!isTaken && !wasTaken) return;
    plan = changed ?? plan;
    orders.push({ mode, plan, isNewPlan: changed !== undefined });
  };
  const rest = async (): Promise<RunView> => (await client.wait(runId))!;

  switch (treatment) {
    case 'paused':
      for (let pauses = dice.between(1, MOST_PAUSES); pauses > 0; pauses--) {
        await sleep(dice.between(0, LONGEST_MS));
        if (!(await control(() => client.pause(runId)))) break;
        if ((await rest()).status !== 'paused') break;
        await reopen('resume');
      }
      break;
    case 'cancelled':
      await sleep(dice.between(0, LONGEST_MS));
      await control(() => client.cancel(runId));
      if (dice.chance(0.5) && (await rest()).status === 'cancelled') await reopen('retry');
      break;
    case 'retried':
      if ((await rest()).status === 'failed') await reopen('retry', dice.chance(0.5) ? changePlan(dice, plan) : undefined);
      break;
    case 'hung up on':
      for (let times = dice.between(1, 5); times > 0; times--) await hangUp(endpoint, runId, dice.between(1, 200));
      break;
    case 'submitted twice':
    case 'let be':
      break;
    default:
      treatment satisfies never;
  }

  const view = await rest();
  if (!isAtRest(view)) problems.push(`the long poll answered while it is ${view.status}`);
  const events = await allEvents(client, runId);
  const again = treatment === 'submitted twice' ? await client.submit(submission) : accepted[0]!;
  if (again.run_id !== runId) problems.push(`the same key gave ${again.run_id} at last`);
  return {
    index,
    treatment,
    submitted,
    view,
    events,
    orders,
    refused,
    lostAnswers,
    repeated: lostAnswers + (treatment === 'submitted twice' ? 2 : 0),
    problems,
  };
}

async function submitInvalid(client: ApiClient): Promise<string[]> {
  const plan = {
    tasks: [
      { task_id: 'a', dependencies: [{ task_id: 'b' }] },
      { task_id: 'b', dependencies: [{ task_id: 'a' }] },
    ],
  };
  try {
    const { run_id } = await client.submit({ plan });
    return [`a plan with a cycle was accepted as ${run_id}`];
  } catch (error) {
    if (error instanceof PlanningError) return [];
    throw error;
  }
}

/** Asks to be told when the run changes, and goes away. */
async function hangUp(endpoint: URL, runId: string, ms: number): Promise<void> {
  const url = new URL(`/runs/${runId}?wait=20`, endpoint);
  await fetch(url, { signal: AbortSignal.timeout(ms) })
    .then((response) => response.text())
    .catch(() => {});
}

async function allEvents(client: ApiClient, runId: string): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for (let after = 0; ; ) {
    const { events, last_seq } = await client.listEvents(runId, { after, limit: EVENTS_PAGE });
    all.push(...events);
    if (events.length < EVENTS_PAGE) return all;
    after = last_seq;
  }
}
