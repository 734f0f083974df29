import type { RunDocument, TaskDocument } from '../../../lib/aws/dynamodb/table.ts';
import { at } from '../../contract/factories.ts';

export function runItem(parts: Partial<RunDocument> = {}): RunDocument {
  return {
    PK: 'RUN#run',
    SK: 'RUN',
    TENANT: 'TENANT#default',
    CREATED: `${at(0)}#run`,
    tenant_id: 'default',
    run_id: 'run',
    plan_id: 'plan',
    goal_id: null,
    status: 'executing',
    execution: 1,
    planned: 1,
    order: '{"mode":"start","folder":"first","plan_folder":"first"}',
    task_count: 3,
    next_ordinal: 3,
    spec: { hash: 'abc', count: 1 },
    context: '{}',
    created_at: at(0),
    started_at: at(1),
    changed_at: at(1),
    writer: 'id',
    ...parts,
  };
}

export function taskItem(ordinal: number, parts: Partial<TaskDocument> = {}): TaskDocument {
  return {
    PK: 'RUN#run',
    SK: `TASK#00000${ordinal}`,
    ordinal,
    task_id: `task-${ordinal}`,
    status: 'executing',
    attempt: 1,
    started_at: at(1),
    changed_at: at(1),
    writer: 'id',
    ...parts,
  };
}
