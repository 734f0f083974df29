import { z } from 'zod';
import { ERROR_CODES } from '../model/error-codes.ts';
import { MAX_RETRIES, MAX_TASKS, planSchema, taskSchema } from '../model/plan.ts';
import { LARGEST_BODY_BYTES, LARGEST_PLAN } from '../model/plan-sizes.ts';
import { RUN_STATUSES, TASK_STATUSES } from '../model/run.ts';
import { uploadedPlan, uploadRequest } from './plan-request.ts';

/*
 * What goes over the wire, by the names of the OpenAPI document.
 */

const count = z.int().nonnegative();
const timestamp = z.iso.datetime();
const jsonObject = z.record(z.string(), z.unknown());
const error = z.object({ code: z.string(), message: z.string() }).describe('Why it failed; code is one of the codes of the E5 families.');

export const executionPlan = planSchema.extend({ tasks: z.array(taskSchema).min(1).max(MAX_TASKS) }).meta({
  id: 'ExecutionPlan',
  description: 'Tasks, what they depend on, and how they are retried. Only `task_id` is required of a task.',
});

export const planRequest = z
  .union([
    executionPlan,
    z.strictObject({ plan: executionPlan, context: jsonObject.optional() }),
    uploadRequest.describe(
      `Asks where a plan may be put that is too large for a request: what a deployment takes is ${LARGEST_BODY_BYTES} bytes or less, ` +
        `written as a JSON string. An upload has ${LARGEST_PLAN.bytes} bytes at the most, and size_bytes of them where that is said.`,
    ),
    uploadedPlan.describe('Submits what was put there, within a day: JSON of one of the first two kinds.'),
  ])
  .meta({
    id: 'PlanRequest',
    description: 'A plan, or a plan with the context that its {{context.…}} bindings read; a large one by upload.',
  });

export const uploadAddress = z
  .object({
    upload_id: z.string(),
    url: z.string().describe('Where to PUT the plan, with these headers and no other authorization.'),
    headers: z.record(z.string(), z.string()),
    expires_at: timestamp.describe('When the address does. What was put there lasts a day, or until it is accepted.'),
  })
  .meta({ id: 'UploadAddress' });

export const acceptedRun = z.object({ run_id: z.string(), status: z.enum(RUN_STATUSES) }).meta({ id: 'AcceptedRun' });

export const report = z
  .object({
    plan_id: z.string(),
    tasks: count,
    dependencies: count,
    states: count,
    gated_tasks: count,
    place_tasks: count,
    max_parallel_tasks: count,
    machines: count,
    transitions: count,
    lambda_calls: count,
    read_units: count.describe(
      'Of the table, where every task takes as long as is expected and none fails; exact where nothing is decided at run time.',
    ),
    write_units: count.describe('The same.'),
    expected_waits: count.describe('Tasks that have to wait for a place then.'),
    estimated_events: count,
    definition_bytes: count,
    width: count,
    critical_path_sec: z.number(),
    timeouts_taken: count.describe('Tasks that are taken to last as long as their timeout, since nothing says how long they take.'),
    expected_makespan_sec: z.number().describe('Within the limits, where every task takes as long as is expected.'),
    estimated_cost_usd: z.number(),
    foreach: z
      .array(
        z.object({
          task_id: z.string(),
          items: count
            .nullable()
            .describe('How many the report counts; null: the list is there at run time only, and the report counts one.'),
          tasks_per_item: count,
          transitions_per_item: count,
          lambda_calls_per_item: count,
          read_units_per_item: count,
          write_units_per_item: count,
          cost_usd_per_item: z.number(),
        }),
      )
      .optional()
      .describe('Each foreach, with what an item comes to where no task of it has to wait for a place.'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Report', description: 'What a plan comes to.' });

const problems = z.array(
  z.object({
    code: z.string(),
    message: z.string(),
    path: z.string(),
    task_ids: z.array(z.string()),
    hint: z.string().optional(),
  }),
);

const totals = z
  .object({
    completed: count,
    failed: count,
    tolerated: count.optional().describe('Those of the failed that a foreach tolerated; absent where there are none.'),
    blocked: count,
    cancelled: count,
    skipped: count,
    executed: count,
    retries: count,
    tokens: count,
    unfinished: count,
  })
  .meta({ id: 'RunTotals', description: 'Tasks by how they ended; attempts beyond the first of each; tokens used.' });

const executionNumber = z
  .int()
  .positive()
  .describe('The number of its latest execution, from 1 on: a run that is resumed or retried goes on in another.');

export const run = z
  .object({
    run_id: z.string(),
    plan_id: z.string(),
    goal_id: z.string().nullable(),
    status: z.enum(RUN_STATUSES),
    execution: executionNumber,
    task_count: count.describe('0 while a large plan is yet to be compiled.'),
    tokens_used: count.describe('Counted when the run ends; as tasks complete where it has a budget of tokens or cost.'),
    cost_usd: z.number().nonnegative().describe('What tasks reported; counted only where the run has a budget of tokens or cost.'),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    error: error.nullable(),
    totals: totals.nullable().describe('Null before the run has ended.'),
    parent_run_id: z.string().optional().describe('The run that it was started for, as a task with a `plan_ref`.'),
    parent_task_id: z.string().optional(),
    problems: problems.optional().describe('All that is wrong with the plan, where that was found after it was accepted. Not in lists.'),
  })
  .meta({ id: 'Run' });

const taskIds = z.array(z.string());
const planDiff = z
  .object({
    added: taskIds,
    removed: taskIds,
    changed: taskIds.describe('Defined in another way than before.'),
    rerun: taskIds.describe('Completed, and to run again all the same: a changed or added task is among what they depend on.'),
    retried: taskIds.describe('Neither changed nor completed.'),
    kept: taskIds.describe('Completed: their outputs stay.'),
  })
  .meta({ id: 'PlanDiff', description: 'What a changed plan comes to for a run. Tasks by their ids.' });

export const controlledRun = z
  .object({
    run_id: z.string(),
    status: z.enum(RUN_STATUSES),
    execution: executionNumber,
    diff: planDiff.optional().describe('Where the plan was changed.'),
  })
  .meta({ id: 'ControlledRun' });

const maxRetries = z
  .int()
  .min(0)
  .max(MAX_RETRIES)
  .optional()
  .describe('How often each task may be retried from now on, in place of what its retry policy says.');

/** The plan is checked like any other, after the run was looked at. */
export const retryRequest = z.strictObject({ max_retries: maxRetries, plan: z.unknown().optional() }).optional();

export const documentedRetryRequest = z
  .strictObject({ max_retries: maxRetries, plan: executionPlan.optional() })
  .meta({ id: 'RetryRequest', description: "A plan takes the place of the run's, whose plan_id it has." });

export const runPage = z.object({ runs: z.array(run), next_cursor: z.string().nullable() }).meta({ id: 'RunPage' });

export const taskSummary = z
  .object({
    task_id: z.string(),
    name: z.string(),
    status: z.enum(TASK_STATUSES),
    attempt: count.describe('The latest dispatch, from 1 on; 0: never dispatched.'),
    error: error.nullable(),
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    child_run_id: z.string().optional().describe('The run that the task is, where it has a `plan_ref`.'),
  })
  .meta({ id: 'TaskSummary' });

export const task = taskSummary.extend({ outputs: jsonObject.nullable() }).meta({ id: 'Task' });

export const taskPage = z.object({ tasks: z.array(taskSummary), next_cursor: z.string().nullable() }).meta({ id: 'TaskPage' });

export const event = z
  .object({
    seq: z.int().positive(),
    at: timestamp,
    run_id: z.string(),
    type: z.string().describe('task.<status> or run.<status>'),
    task_id: z.string().optional(),
    attempt: count.optional(),
    error: error.optional(),
  })
  .meta({ id: 'RunEvent' });

export const eventPage = z
  .object({ events: z.array(event), last_seq: count.describe('To be given as `after` for what follows.') })
  .meta({ id: 'EventPage' });

const rate = z.number().min(0).max(1);
export const statistics = z
  .object({
    plans_executed: count,
    tasks_executed: count,
    tasks_completed: count,
    tasks_failed: count,
    tasks_retried: count,
    tokens_used: count,
    success_rate: rate.describe('tasks_completed of all that completed or failed; 0 where none did.'),
    failure_rate: rate.describe('tasks_failed of the same.'),
  })
  .meta({ id: 'Statistics' });

export const poolLimit = z.object({ name: z.string(), limit: z.int().positive() }).meta({ id: 'Pool' });

export const pool = poolLimit.extend({ held: count, waiting_runs: count }).meta({ id: 'PoolStatus' });

export const poolList = z.object({ pools: z.array(pool) }).meta({ id: 'PoolList' });

export const storedPlanEntry = z
  .object({ name: z.string(), task_count: count.describe('Without those of the plans that it names.'), updated_at: timestamp })
  .meta({ id: 'StoredPlanEntry' });

export const storedPlan = storedPlanEntry.extend({ plan: jsonObject }).meta({ id: 'StoredPlan' });

export const storedPlanPage = z.object({ plans: z.array(storedPlanEntry), next: z.string().nullable() }).meta({ id: 'StoredPlanPage' });

export const removedPlan = z.object({ name: z.string(), removed: z.boolean() }).meta({ id: 'RemovedPlan' });

export const callbackReport = z
  .discriminatedUnion('status', [
    z.strictObject({ status: z.literal('succeeded'), outputs: jsonObject.default({}) }),
    z.strictObject({ status: z.literal('failed'), error: z.string().min(1).max(10_000) }),
    z.strictObject({ status: z.literal('heartbeat') }),
  ])
  .meta({ id: 'CallbackReport' });

export const callbackOutcome = z.object({ outcome: z.literal('accepted') }).meta({ id: 'CallbackOutcome' });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERROR_CODES) as [string, ...string[]]).optional(),
    problems: problems.optional().describe('All that is wrong with the plan or the request.'),
    run_status: z.enum(RUN_STATUSES).optional().describe('Of the run, where that is why.'),
  })
  .meta({ id: 'Problem', description: 'https://www.rfc-editor.org/rfc/rfc9457' });
