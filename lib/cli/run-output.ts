import type { RunEvent } from '../runtime/ports/run-event.ts';
import type { EventFile } from './event-file.ts';
import { makeProgress, type Progress, type ProgressOptions } from './progress.ts';

export interface RunOutputOptions {
  /** A file for all events. */
  readonly events?: EventFile | undefined;
  readonly showProgress: boolean;
}

/** Where the events of a run go: its file and the terminal. */
export class RunOutput {
  readonly #events: EventFile | undefined;
  readonly #showProgress: boolean;
  #progress: Progress | undefined;
  #runId: string | undefined;
  #closed = false;

  constructor({ events, showProgress }: RunOutputOptions) {
    this.#events = events;
    this.#showProgress = showProgress;
  }

  /** Once it is known. */
  get runId(): string | undefined {
    return this.#runId;
  }

  set runId(runId: string) {
    this.#runId = runId;
  }

  /** Where progress is shown: what the plan says that has no effect, and what else there is to know. */
  note(warnings: readonly string[]): void {
    if (this.#showProgress) for (const warning of warnings) process.stderr.write(`note: ${warning}\n`);
  }

  /** The run is about to start. */
  begin(progress: Omit<ProgressOptions, 'stream'>, runId?: string): void {
    this.#runId = runId;
    this.#events?.begin();
    if (this.#showProgress) this.#progress = makeProgress({ ...progress, stream: process.stdout });
  }

  onEvent(event: RunEvent): void {
    this.#runId = event.run_id;
    this.#events?.write(event);
    this.#progress?.onEvent(event);
  }

  /** Says, too, where events are missing from the file. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#progress?.end();
    this.#events?.close();
    if (this.#events?.failure !== undefined) process.stderr.write(`${this.#events.failure}\n`);
  }
}
