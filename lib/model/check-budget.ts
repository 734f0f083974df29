import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { ProblemList } from './problem-list.ts';
import { own, stringOf } from './task-sketch.ts';
import { fromNanoUsd, isAmount, toNanoUsd } from './usage.ts';

/** Limits of a single task: by what it declares. */
const OF_EACH = { memory_mb: ['max_memory_mb', 'MB of memory'], cpu_cores: ['max_cpu_cores', 'CPU cores'] } as const;

interface Estimates {
  readonly ordinal: number;
  readonly ids: readonly string[];
  readonly resources: JsonObject;
}

/** What tasks declare to take beyond the plan's `resource_budget`: all of them together (E5501), or one alone (E5503). */
export function checkBudget(plan: JsonObject, tasks: readonly JsonValue[], problems: ProblemList): void {
  const budget = own(plan, 'resource_budget');
  if (!isJsonObject(budget)) return;
  const estimates = tasks.flatMap(estimatesOf);
  const tokens = estimates.reduce((sum, { resources }) => sum + amountOf(resources, 'token_count'), 0);
  const nanoUsd = estimates.reduce((sum, { resources }) => sum + toNanoUsd(amountOf(resources, 'cost_usd')), 0);
  checkSum(budget, 'max_token_count', tokens, 'tokens', problems);
  checkSum(budget, 'max_cost_usd', fromNanoUsd(nanoUsd), 'USD', problems);
  for (const estimate of estimates) checkTask(budget, estimate, problems);
}

function estimatesOf(task: JsonValue, ordinal: number): Estimates[] {
  const resources = isJsonObject(task) ? own(task, 'resources') : undefined;
  if (!isJsonObject(task) || resources === undefined || !isJsonObject(resources)) return [];
  const id = stringOf(task, 'task_id');
  return [{ ordinal, ids: id === undefined ? [] : [id], resources }];
}

function checkSum(budget: JsonObject, name: string, sum: number, unit: string, problems: ProblemList): void {
  const limit = own(budget, name);
  if (!isLimit(limit) || sum <= limit) return;
  problems.add('E5501', ['resource_budget', name], `the tasks are estimated to take ${sum} ${unit}, more than the ${limit} of the budget`);
}

function checkTask(budget: JsonObject, { ordinal, ids, resources }: Estimates, problems: ProblemList): void {
  for (const [field, [name, unit]] of Object.entries(OF_EACH)) {
    const limit = own(budget, name);
    const amount = amountOf(resources, field);
    if (!isLimit(limit) || amount <= limit) continue;
    const message = `the task takes ${amount} ${unit}, more than the ${limit} of ${name}`;
    problems.add('E5503', ['tasks', ordinal, 'resources', field], message, ids);
  }
}

/** One that is none is a problem of its own. */
function isLimit(value: unknown): value is number {
  return isAmount(value) && value > 0;
}

function amountOf(resources: JsonObject, field: string): number {
  const amount = own(resources, field);
  return isAmount(amount) ? amount : 0;
}
