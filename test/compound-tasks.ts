/** The dependencies of a task, by ids. */
export const on = (...ids: string[]) => ({ dependencies: ids.map((task_id) => ({ task_id })) });

/** A compound as a plan has it. */
export const compound = (task_id: string, subtasks: readonly object[], fields: object = {}) => ({
  task_id,
  task_type: 'compound',
  subtasks,
  ...fields,
});
