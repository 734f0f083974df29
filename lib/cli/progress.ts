import { createLogUpdate } from 'log-update';
import { isFinal, type TaskStatus } from '../model/run.ts';
import type { RunEvent } from '../runtime/ports/run-event.ts';
import { oneLine, seconds, statusMark, taskLabel } from './format.ts';

/** Plans up to this size get a line for every task that ends. */
const LINE_PER_TASK = 60;
const SHOWN_RUNNING = 8;
const REDRAW_MS = 80;

export interface Progress {
  onEvent(event: RunEvent): void;
  /** Leaves the last picture standing. */
  end(): void;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly taskCount: number;
  /** Of tasks that have begun before, by their ids. */
  readonly statuses?: ReadonlyMap<string, TaskStatus> | undefined;
  readonly nameOf: (taskId: string) => string;
  /** Milliseconds, of the clock that the run lives by: for what is redrawn between events. */
  readonly now: () => number;
}

/** How tasks are shown. */
function labels({ nameOf }: Pick<ProgressOptions, 'nameOf'>): (taskId: string) => string {
  return (taskId) => taskLabel(taskId, nameOf(taskId));
}

export function makeProgress(options: ProgressOptions): Progress {
  return options.stream.isTTY ? liveProgress(options) : lineProgress(options);
}

/** Redrawn in place: counts, time, and what runs now. */
function liveProgress({ stream, taskCount, statuses, now, ...names }: ProgressOptions): Progress {
  const labelOf = labels(names);
  const draw = createLogUpdate(stream);
  const counts = new Counts(taskCount, statuses);
  const start = now();
  const render = (): void => {
    const running = [...counts.running];
    const shown = running.slice(0, SHOWN_RUNNING).map((id) => `  ${statusMark('executing')} ${oneLine(labelOf(id), stream.columns - 6)}`);
    const more = running.length > SHOWN_RUNNING ? [`    and ${running.length - SHOWN_RUNNING} more`] : [];
    draw([`${counts.line()}  ${seconds(now() - start)}`, ...shown, ...more].join('\n'));
  };
  const timer = setInterval(render, REDRAW_MS);
  return {
    onEvent: (event) => counts.add(event),
    end: () => {
      clearInterval(timer);
      render();
      draw.done();
    },
  };
}

/** One line an event, with its time since the first; in large plans one for each failure and each tenth of the way. */
function lineProgress({ stream, taskCount, statuses, ...names }: ProgressOptions): Progress {
  const labelOf = labels(names);
  const counts = new Counts(taskCount, statuses);
  let startMs: number | undefined;
  let tenths = counts.tenths();
  const say = ({ at }: RunEvent, text: string): void => {
    stream.write(`${seconds(Date.parse(at) - startMs!).padStart(9)}  ${text}\n`);
  };
  return {
    onEvent: (event) => {
      startMs ??= Date.parse(event.at);
      counts.add(event);
      // a task that is to run again is no news
      if (event.task_id === undefined || (event.type === 'task.pending' && event.error === undefined)) return;
      const status = event.type.slice('task.'.length) as TaskStatus;
      const retry = status === 'pending' ? 'attempt failed' : status;
      const error = event.error === undefined ? '' : `  ${event.error.code} ${oneLine(event.error.message)}`;
      if (taskCount <= LINE_PER_TASK || status === 'failed')
        say(event, `${statusMark(status)} ${retry.padEnd(10)} ${labelOf(event.task_id)}${error}`);
      const reached = counts.tenths();
      if (taskCount > LINE_PER_TASK && reached > tenths) say(event, counts.line());
      tenths = reached;
    },
    end: () => {},
  };
}

class Counts {
  readonly running = new Set<string>();
  readonly #total: number;
  readonly #statuses: Map<string, TaskStatus>;
  readonly #ended = new Map<TaskStatus, number>();

  constructor(total: number, statuses: ReadonlyMap<string, TaskStatus> = new Map()) {
    this.#total = total;
    this.#statuses = new Map(statuses);
    for (const status of statuses.values()) this.#count(status, 1);
  }

  add(event: RunEvent): void {
    if (event.task_id === undefined) return;
    const status = event.type.slice('task.'.length) as TaskStatus;
    if (status === 'executing') this.running.add(event.task_id);
    else this.running.delete(event.task_id);
    const before = this.#statuses.get(event.task_id);
    if (before !== undefined) this.#count(before, -1);
    this.#count(status, 1);
    this.#statuses.set(event.task_id, status);
  }

  /** How far the run is. */
  tenths(): number {
    return Math.floor((this.#allEnded() * 10) / this.#total);
  }

  line(): string {
    const parts = [...this.#ended].filter(([, count]) => count > 0).map(([status, count]) => `${count} ${status}`);
    return `${this.#allEnded()}/${this.#total} tasks  ${[...parts, `${this.running.size} executing`].join(', ')}`;
  }

  #count(status: TaskStatus, by: number): void {
    if (isFinal(status)) this.#ended.set(status, (this.#ended.get(status) ?? 0) + by);
  }

  #allEnded(): number {
    return [...this.#ended.values()].reduce((sum, count) => sum + count, 0);
  }
}
