import { bindValue, followPath } from '../model/bindings.ts';
import { MissingOutputError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { SubPlanRecord } from './child-run-id.ts';
import { BindingFailedError } from './errors.ts';
import { latestRecords } from './latest-spec.ts';
import type { Runtime } from './runtime.ts';

/** What a task puts out whose child run has completed. @throws BindingFailedError where a binding has no value */
export async function childOutputs(
  runtime: Pick<Runtime, 'store' | 'specs'>,
  childId: string,
  { subPlan: { outputs, references } }: SubPlanRecord,
): Promise<JsonObject> {
  const sources = [...new Set(Object.values(references).flatMap(({ source }) => (typeof source === 'number' ? [source] : [])))];
  if (Object.keys(references).length === 0) return bindValue(outputs, unbound) as JsonObject;
  const ids = new Map((await latestRecords(runtime, childId)).map(({ ordinal, id }) => [ordinal, id]));
  const { run, tasks } = await runtime.store.readTasks(childId, sources, sources);
  const read = (text: string) => {
    const { source, path } = references[text]!;
    if (typeof source !== 'number') return followPath(run?.context ?? {}, path, text, `the context of run ${childId}`);
    const item = tasks.get(source);
    const owner = `task ${ids.get(source) ?? source} of run ${childId}`;
    if (item?.status !== 'completed') throw new MissingOutputError(`{{${text}}} has no value: ${owner} is ${item?.status ?? 'not there'}`);
    return followPath(item.outputs ?? {}, path, text, owner);
  };
  try {
    return bindValue(outputs, read) as JsonObject;
  } catch (error) {
    if (error instanceof MissingOutputError) throw new BindingFailedError(error.message, { cause: error });
    throw error;
  }
}

function unbound(text: string): never {
  throw new TypeError(`{{${text}}} was not read when the plan was`);
}
