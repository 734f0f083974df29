import type { JsonValue } from '../../model/json.ts';

/** A plan that a tenant keeps by a name, for others to name in `plan_ref`. */
export interface StoredPlan extends StoredPlanEntry {
  /** As it came. */
  readonly plan: JsonValue;
}

/** What a list says of it. */
export interface StoredPlanEntry {
  readonly name: string;
  /** With those in compounds, without those of plans that it names. */
  readonly task_count: number;
  readonly updated_at: string;
}

/** The plans that tenants keep. Each method is one atomic step. */
export interface StoredPlans {
  /** Keeps a plan under its name, in place of the one that was there. */
  putStoredPlan(stored: StoredPlan): Promise<void>;
  /** @param ofRun a run of the tenant whose plans are meant, for who works for all of them; default: the store's own tenant */
  getStoredPlan(name: string, ofRun?: string): Promise<StoredPlan | undefined>;
  /** By their names; those behind `after`, where it is given. */
  listStoredPlans(limit: number, after?: string): Promise<StoredPlanEntry[]>;
  /** Whether there was one. */
  deleteStoredPlan(name: string): Promise<boolean>;
}
