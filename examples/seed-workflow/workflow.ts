/** A plan written in code: the tasks A to E of plan.json, with mock durations left to whoever runs it. */
export function makeWorkflow() {
  const plan = { plan_id: crypto.randomUUID(), goal_id: 'goal-demo', tasks: [] as Task[] };

  // Task A: root task (no dependencies)
  const a = addTask(plan, { name: 'Initialize', description: 'Initialize processing', task_type: 'atomic', timeout_seconds: 30 });
  // Task B: depends on A
  const b = addTask(plan, {
    name: 'Fetch data',
    description: 'Fetch data from source',
    task_type: 'tool_call',
    tool_name: 'data_fetch',
    timeout_seconds: 60,
    dependencies: [{ task_id: a.task_id, dependency_type: 'blocking' }],
  });
  // Task C: depends on A (parallel with B)
  const c = addTask(plan, {
    name: 'Prepare output',
    description: 'Prepare output directory',
    task_type: 'atomic',
    timeout_seconds: 30,
    dependencies: [{ task_id: a.task_id, dependency_type: 'blocking' }],
  });
  // Task D: depends on B and C (uses B's output)
  const d = addTask(plan, {
    name: 'Process data',
    description: 'Process fetched data',
    task_type: 'llm_call',
    llm_prompt: `Process the following data: {{${b.task_id}.data}}`,
    timeout_seconds: 120,
    dependencies: [
      { task_id: b.task_id, dependency_type: 'data', output_key: 'data' },
      { task_id: c.task_id, dependency_type: 'blocking' },
    ],
  });
  // Task E: depends on D (with retry)
  addTask(plan, {
    name: 'Save results',
    description: 'Save processed results',
    task_type: 'tool_call',
    tool_name: 'file_write',
    timeout_seconds: 30,
    inputs: { content: `{{${d.task_id}.response}}` },
    dependencies: [{ task_id: d.task_id, dependency_type: 'blocking' }],
    retry_policy: { max_retries: 2, initial_delay_sec: 1 },
  });
  return plan;
}

interface Task {
  readonly task_id: string;
  readonly name: string;
  /** Written by executePlan. */
  status?: string;
  readonly [field: string]: unknown;
}

function addTask(plan: { tasks: Task[] }, fields: Omit<Task, 'task_id'> & { name: string }): Task {
  const task: Task = { task_id: crypto.randomUUID(), ...fields };
  plan.tasks.push(task);
  return task;
}
