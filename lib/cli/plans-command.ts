import { planName } from '../model/plan-name.ts';
import { TaskOrchestrator } from '../orchestrator.ts';
import type { StoredPlanEntry } from '../runtime/ports/stored-plans.ts';
import { connectTo, type DeploymentFlags, deploymentOf } from './deployment-flags.ts';
import { EXIT } from './exit-codes.ts';
import { table } from './format.ts';
import { loadPlan } from './load-plan.ts';
import { reportPlanning } from './report-planning.ts';
import { UsageError } from './usage-error.ts';

/** Of a page. */
const LISTED_AT_ONCE = 100;

export interface PlansFlags extends DeploymentFlags {
  dataDir: string;
  remove?: boolean;
  json?: boolean;
}

/** Where plans are kept: in a folder, or in a deployment. */
interface Plans {
  list(after: string | undefined): Promise<StoredPlanEntry[]>;
  put(name: string, plan: unknown): Promise<StoredPlanEntry>;
  remove(name: string): Promise<boolean>;
  close(): void;
}

/** `plans [NAME [FILE]]`: lists the plans that are kept; with a name and a file keeps one first, with `--remove` keeps one no longer. */
export async function plansCommand(name: string | undefined, path: string | undefined, flags: PlansFlags): Promise<number> {
  const { remove = false, json = false } = flags;
  if (remove ? name === undefined || path !== undefined : (name === undefined) !== (path === undefined)) {
    throw new UsageError('a plan is kept by its name and a file, and removed by its name');
  }
  if (name !== undefined && !planName.safeParse(name).success) throw new UsageError(`${JSON.stringify(name)} is no name of a plan`);
  return reportPlanning(json, async () => {
    const plan = path === undefined ? undefined : loadPlan(path);
    const plans = await openPlans(flags);
    try {
      if (name !== undefined && remove && !(await plans.remove(name))) throw new UsageError(`there is no plan ${name}`);
      if (name !== undefined && !remove) await plans.put(name, plan);
      const all = await listAll(plans);
      process.stdout.write(json ? `${JSON.stringify({ plans: all })}\n` : `${describe(all)}\n`);
      return EXIT.completed;
    } finally {
      plans.close();
    }
  });
}

async function openPlans(flags: PlansFlags): Promise<Plans> {
  const address = deploymentOf(flags);
  if (address !== undefined) {
    const client = await connectTo(address);
    return {
      list: async (after) => (await client.listPlans({ limit: LISTED_AT_ONCE, ...(after !== undefined && { after }) })).plans,
      put: (name, plan) => client.putPlan(name, plan),
      remove: (name) => client.deletePlan(name),
      close: () => {},
    };
  }
  const orchestrator = new TaskOrchestrator({ dataDir: flags.dataDir });
  return {
    list: (after) => orchestrator.store.listStoredPlans(LISTED_AT_ONCE, after),
    put: (name, plan) => orchestrator.storePlan(name, plan),
    remove: (name) => orchestrator.removePlan(name),
    close: () => orchestrator.close(),
  };
}

async function listAll(plans: Plans): Promise<StoredPlanEntry[]> {
  const all: StoredPlanEntry[] = [];
  for (;;) {
    const page = await plans.list(all.at(-1)?.name);
    all.push(...page);
    if (page.length < LISTED_AT_ONCE) return all;
  }
}

function describe(plans: readonly StoredPlanEntry[]): string {
  if (plans.length === 0) return 'no plans are kept';
  return table(plans.map(({ name, task_count, updated_at }) => [name, `${task_count} tasks, since ${updated_at}`]));
}
