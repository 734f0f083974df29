import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue, NotJsonError, toPlainJson } from '../model/json.ts';
import type { NamedPlan } from '../model/named-plan.ts';
import { type ParseOptions, parsePlan } from '../model/parse-plan.ts';
import { MAX_COMPOUND_DEPTH } from '../model/plan.ts';
import { planName } from '../model/plan-name.ts';
import { planRefsIn } from '../model/plan-refs.ts';
import type { StoredPlan } from '../runtime/ports/stored-plans.ts';
import type { KeptPlan } from './kept-plan.ts';

const HASH_LENGTH = 32;
/** Stored plans that one plan comes to: each is read while its caller waits. */
const MOST_PLANS = 1_000;

/** The stored plans that a plan names, and those that they name in turn, as they are now. */
export interface PinnedPlans {
  readonly named: ReadonlyMap<string, NamedPlan>;
  /** Those that are valid, by their hashes. */
  readonly kept: ReadonlyMap<string, KeptPlan>;
}

export const NO_PLANS: PinnedPlans = { named: new Map(), kept: new Map() };

export interface PinOptions extends Omit<ParseOptions, 'makeId' | 'namedPlans' | 'context'> {
  readonly load: (name: string) => Promise<Pick<StoredPlan, 'plan'> | undefined>;
  /** The name under which the plan itself is to be stored. */
  readonly name?: string | undefined;
}

/**
 * Reads all stored plans that a plan comes to. A hash is of a plan with the hashes of those that it names: what is pinned by it never
 * changes.
 */
export async function pinPlans(plan: unknown, { load, name, ...options }: PinOptions): Promise<PinnedPlans> {
  const root = mayNamePlans(plan) ? readPlan(plan) : undefined;
  if (root === undefined) return NO_PLANS;
  const refs = planRefsIn(root);
  if (refs.size === 0) return NO_PLANS;
  const found = new Map<string, JsonObject>(name === undefined ? [] : [[name, root]]);
  for (const ref of refs) {
    if (!planName.safeParse(ref).success) continue; // said where the plan is checked
    if (!found.has(ref)) {
      if (found.size >= MOST_PLANS) break;
      const stored = await load(ref);
      if (stored === undefined) continue;
      found.set(ref, stored.plan as JsonObject);
    }
    for (const other of planRefsIn(found.get(ref)!)) refs.add(other);
  }
  const pinned = new Pinning(found, options).pinAll();
  return found.size < MOST_PLANS ? pinned : { ...pinned, named: new Map(Array.from(refs, (ref) => [ref, TOO_MANY])) };
}

const TOO_MANY: NamedPlan = { ok: false, code: 'E5604', message: `the plan comes to ${MOST_PLANS} stored plans or more` };

/** A first look, since hardly any plan does, and a large one takes long to be copied. What cannot be looked at is read as it is checked. */
function mayNamePlans(plan: unknown): boolean {
  try {
    return hasTaskWithPlan((plan as { readonly tasks?: unknown } | null | undefined)?.tasks, 0);
  } catch {
    return true;
  }
}

function hasTaskWithPlan(tasks: unknown, depth: number): boolean {
  if (!Array.isArray(tasks)) return false;
  return tasks.some((task: { readonly plan_ref?: unknown; readonly subtasks?: unknown } | null | undefined) => {
    const named = task?.plan_ref ?? undefined;
    return named !== undefined || (depth < MAX_COMPOUND_DEPTH && hasTaskWithPlan(task?.subtasks, depth + 1));
  });
}

/** undefined for what is no plan: that is said where it is checked. */
function readPlan(plan: unknown): JsonObject | undefined {
  try {
    const value: JsonValue = toPlainJson(plan);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof NotJsonError) return undefined;
    throw error;
  }
}

class Pinning {
  readonly #found: ReadonlyMap<string, JsonObject>;
  readonly #options: Omit<ParseOptions, 'makeId' | 'namedPlans' | 'context'>;
  readonly #named = new Map<string, NamedPlan>();
  readonly #kept = new Map<string, KeptPlan>();

  constructor(found: ReadonlyMap<string, JsonObject>, options: Omit<ParseOptions, 'makeId' | 'namedPlans' | 'context'>) {
    this.#found = found;
    this.#options = options;
  }

  pinAll(): PinnedPlans {
    for (const name of this.#found.keys()) this.#pin(name, []);
    return { named: this.#named, kept: this.#kept };
  }

  /** @param path the plans that lead to this one */
  #pin(name: string, path: readonly string[]): void {
    if (this.#named.has(name)) return;
    const start = path.indexOf(name);
    if (start >= 0) {
      const cycle = [...path.slice(start), name].join(' -> ');
      for (const member of path.slice(start)) {
        this.#named.set(member, { ok: false, code: 'E5301', message: `stored plans name each other: ${cycle}` });
      }
      return;
    }
    const refs = [...planRefsIn(this.#found.get(name)!)].filter((ref) => this.#found.has(ref));
    for (const ref of refs) this.#pin(ref, [...path, name]);
    if (!this.#named.has(name)) this.#named.set(name, this.#read(name));
  }

  #read(name: string): NamedPlan {
    let isMade = false as boolean;
    const makeId = (): string => {
      isMade = true;
      return name;
    };
    const parsed = parsePlan(this.#found.get(name), { ...this.#options, makeId, namedPlans: this.#named });
    if (!parsed.ok) {
      const [{ code, path, message }, ...others] = parsed.problems as readonly [(typeof parsed.problems)[number]];
      const more = others.length > 0 ? ` (and ${others.length} more)` : '';
      const says = `the stored plan ${JSON.stringify(name)} is not valid: ${code} ${path}: ${message}${more}`;
      return { ok: false, code: code === 'E5301' || code === 'E5604' ? code : 'E5302', message: says };
    }
    const { plan, bindings } = parsed;
    const kept: KeptPlan = { plan, bindings, max_parallel_tasks: undefined, ...(isMade && { made_id: true }) };
    const hash = createHash('sha256').update(JSON.stringify(kept)).digest('hex').slice(0, HASH_LENGTH);
    this.#kept.set(hash, kept);
    let runs = 1;
    let depth = 1;
    for (const { sub_plan } of plan.tasks) {
      const named = sub_plan && this.#named.get(sub_plan.plan_ref);
      if (!named?.ok) continue;
      runs += named.runs;
      depth = Math.max(depth, named.depth + 1);
    }
    return { ok: true, hash, plan, runs, depth };
  }
}
