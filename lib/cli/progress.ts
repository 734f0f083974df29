import { createLogUpdate } from 'log-update';
import type { TaskStatus } from '../model/run.ts';
import type { RunEvent } from '../runtime/ports.ts';
import { oneLine, seconds, statusMark } from './format.ts';

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
  readonly nameOf: (taskId: string) => string;
  /** Milliseconds, of the clock that the run lives by. */
  readonly now: () => number;
}

export function makeProgress(options: ProgressOptions): Progress {
  return options.stream.isTTY ? liveProgress(options) : lineProgress(options);
}

/** Redrawn in place: counts, time, and what runs now. */
function liveProgress({ stream, taskCount, nameOf, now }: ProgressOptions): Progress {
  const draw = createLogUpdate(stream);
  const counts = new Counts(taskCount);
  const start = now();
  const render = (): void => {
    const running = [...counts.running];
    const shown = running.slice(0, SHOWN_RUNNING).map((id) => `  ${statusMark('executing')} ${oneLine(nameOf(id), stream.columns - 6)}`);
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

/** One line an event; in large plans one for each failure and each tenth of the way. */
function lineProgress({ stream, taskCount, nameOf, now }: ProgressOptions): Progress {
  const counts = new Counts(taskCount);
  const start = now();
  let tenths = 0;
  const say = (text: string): void => {
    stream.write(`${seconds(now() - start).padStart(9)}  ${text}\n`);
  };
  return {
    onEvent: (event) => {
      counts.add(event);
      if (event.task_id === undefined) return;
      const status = event.type.slice('task.'.length) as TaskStatus;
      const retry = status === 'pending' ? 'attempt failed' : status;
      const error = event.error === undefined ? '' : `  ${event.error.code} ${oneLine(event.error.message)}`;
      if (taskCount <= LINE_PER_TASK || status === 'failed')
        say(`${statusMark(status)} ${retry.padEnd(10)} ${oneLine(nameOf(event.task_id), 80)}${error}`);
      const reached = Math.floor((counts.ended * 10) / taskCount);
      if (taskCount > LINE_PER_TASK && reached > tenths) say(counts.line());
      tenths = reached;
    },
    end: () => {},
  };
}

class Counts {
  readonly running = new Set<string>();
  ended = 0;
  readonly #total: number;
  readonly #byStatus = new Map<string, number>();

  constructor(total: number) {
    this.#total = total;
  }

  add(event: RunEvent): void {
    if (event.task_id === undefined) return;
    const status = event.type.slice('task.'.length);
    if (status === 'executing') this.running.add(event.task_id);
    else this.running.delete(event.task_id);
    if (status === 'executing' || status === 'pending') return;
    this.ended++;
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
  }

  line(): string {
    const parts = [...this.#byStatus].map(([status, count]) => `${count} ${status}`);
    return `${this.ended}/${this.#total} tasks  ${[...parts, `${this.running.size} executing`].join(', ')}`;
  }
}
