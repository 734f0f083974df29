import type { RunEvent } from '../runtime/ports.ts';
import { EventFile } from './event-file.ts';
import { makeProgress, type Progress, type ProgressOptions } from './progress.ts';

export interface RunOutputOptions {
  /** A file for all events. */
  readonly events?: string | undefined;
  readonly showProgress: boolean;
}

/** Where the events of a run go: its file and the terminal. */
export class RunOutput {
  readonly #options: RunOutputOptions;
  #progress: Progress | undefined;
  #events: EventFile | undefined;
  #runId: string | undefined;
  #closed = false;

  constructor(options: RunOutputOptions) {
    this.#options = options;
  }

  /** Once it is known. */
  get runId(): string | undefined {
    return this.#runId;
  }

  /** @throws UsageError when the events' file cannot be written */
  begin(progress: Omit<ProgressOptions, 'stream'>, runId?: string): void {
    this.#runId = runId;
    if (this.#options.events !== undefined) this.#events = new EventFile(this.#options.events);
    if (this.#options.showProgress) this.#progress = makeProgress({ ...progress, stream: process.stdout });
  }

  onEvent(event: RunEvent): void {
    this.#runId = event.run_id;
    this.#events?.write(event);
    this.#progress?.onEvent(event);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#progress?.end();
    this.#events?.close();
  }
}
