import { type MockInstance, vi } from 'vitest';

const METHODS = ['log', 'info', 'warn', 'error'] as const;

/** What Powertools writes; it does so on the console where the process starts with POWERTOOLS_DEV. */
export class ConsoleOutput {
  readonly #spies: readonly MockInstance[] = METHODS.map((method) => vi.spyOn(console, method).mockImplementation(() => {}));

  get lines(): unknown[] {
    return this.#spies.flatMap(({ mock }) =>
      mock.calls.map(([line]) => (typeof line === 'string' && line.startsWith('{') ? JSON.parse(line) : line)),
    );
  }

  restore(): void {
    for (const spy of this.#spies) spy.mockRestore();
  }
}
