import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { type ModelOptions, ModelRun } from './model-run.ts';
import { isFinal, type Node } from './node.ts';
import type { WholePlan } from './whole-plan.ts';

export interface Replay {
  readonly problems: string[];
  /** The model as it is in the end. */
  readonly model: ModelRun;
}

const FINAL = ['task.completed', 'task.failed', 'task.blocked', 'task.skipped', 'task.cancelled'];

/**
 * Plays the log of a whole run through the model: whether it is one of the orders that are possible. Each start has to find its task ready and
 * its places free, each end has to come when and as the script says; in no moment may a task go on waiting for places that are free, nor a
 * less urgent one have taken them; and all that follows has to follow at once.
 */
export function replayEvents(plan: WholePlan, options: Omit<ModelOptions, 'isSpared'>, events: readonly RunEvent[]): Replay {
  const problems: string[] = [];
  const originMs = Date.parse(events[0]!.at);
  const msOf = ({ at }: RunEvent): number => Date.parse(at) - originMs;
  const ofTask = Map.groupBy(events, ({ task_id }) => task_id);
  /** What is there for good: others start, or ask their conditions, in the moment of the failure that would have stopped them. */
  const isSpared = (id: string, nowMs: number): boolean =>
    (ofTask.get(id) ?? []).some((event) => ['task.executing', 'task.skipped', 'task.failed'].includes(event.type) && msOf(event) === nowMs);
  const model = new ModelRun(plan, { ...options, isSpared });
  let startedNow: Node[] = [];

  const say = (problem: string): number => problems.push(`${model.nowMs} ms: ${problem}`);
  const pass = (nowMs: number): void => {
    if (nowMs === model.nowMs) return;
    for (const node of model.ready) {
      if (model.hasRoom(node)) say(`${node.id} goes on waiting although there is room for it`);
      for (const other of startedNow) {
        const isUrgent = model.priorityOf(node) > model.priorityOf(other) && node.readyMs < model.nowMs;
        if (isUrgent && model.hasRoom(node, other)) say(`${other.id} started before the more urgent ${node.id}`);
      }
    }
    startedNow = [];
    model.nowMs = nowMs;
  };
  /** @returns whether the event is of a task that was ready for its places, and that comes to this with them */
  const takes = (node: Node, outcome: string): boolean => {
    if (node.status !== 'place' || model.outcomeOf(node) !== outcome) return false;
    if (!model.hasRoom(node)) say(`${node.id} started without a place`);
    model.take(node);
    startedNow.push(node);
    return true;
  };
  const ends = (node: Node, event: RunEvent, as: string): void => {
    const { id, status, attempt, dueMs } = node;
    if (status !== 'runs') say(`an attempt of ${id} ended ${as} that ${status}`);
    else if (model.endOf(node) !== as) say(`attempt ${attempt} of ${id} ended ${as}, not ${model.endOf(node)}`);
    else if (dueMs !== msOf(event)) say(`attempt ${attempt} of ${id} ended when it was due at ${dueMs} ms`);
    if (status === 'runs') model.endAttempt(node);
  };

  for (const event of events) {
    if (event.task_id === undefined) continue;
    pass(msOf(event));
    const node = model.nodes.get(event.task_id);
    if (node === undefined) say(`there is no task ${event.task_id}`);
    if (node?.role !== 'task') continue;
    if (event.type === 'task.executing') {
      if (node.status === 'again' && node.dueMs === model.nowMs && event.attempt === node.attempt + 1) model.beginAttempt(node);
      else if (event.attempt !== 1 || !takes(node, 'runs')) say(`attempt ${event.attempt} of ${node.id} started, which ${node.status}`);
    } else if (event.type === 'task.pending') {
      if (model.endOf(node) === 'again') ends(node, event, 'again');
    } else if (event.type === 'task.completed') ends(node, event, 'completed');
    else if (event.type === 'task.failed' && event.attempt !== 0) ends(node, event, 'failed');
    else if (event.type === 'task.failed' || event.type === 'task.skipped') takes(node, event.type.slice('task.'.length));
  }
  pass(Number.POSITIVE_INFINITY);

  for (const id of new Set([...ofTask.keys(), ...model.nodes.keys()])) {
    if (id === undefined) continue;
    const node = model.nodes.get(id);
    const finals = (ofTask.get(id) ?? [])
      .filter(({ type }) => FINAL.includes(type))
      .map((event) => `${event.type.slice(5)} at ${msOf(event)}`);
    const expected = node === undefined ? 'nothing' : isFinal(node) ? `${node.status} at ${node.endMs}` : node.status;
    if (finals.join(', ') !== expected) problems.push(`${id}: ${finals.join(', ')}, not ${expected}`);
  }
  const ended = events.at(-1)!.type;
  if (ended !== `run.${model.status}`) problems.push(`${ended}, not ${model.status}`);
  return { problems, model };
}
