import { inspect } from 'node:util';
import { type MockInstance, vi } from 'vitest';

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/** All that this process writes to standard output and standard error, as streams or through a console; it is written nowhere else meanwhile. */
export class EverythingWritten {
  #text = '';
  readonly #spies: readonly MockInstance[];

  constructor() {
    const take = (value: unknown): void => {
      this.#text += `${typeof value === 'string' ? value : inspect(value, { depth: null, showHidden: true, maxStringLength: null })}\n`;
    };
    this.#spies = [
      ...METHODS.map((method) => vi.spyOn(console, method).mockImplementation((...values) => values.forEach(take))),
      ...[process.stdout, process.stderr].map((stream) =>
        vi.spyOn(stream, 'write').mockImplementation((chunk) => {
          take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
          return true;
        }),
      ),
    ];
  }

  get text(): string {
    return this.#text;
  }

  restore(): void {
    for (const spy of this.#spies) spy.mockRestore();
  }
}

/** Those of the secrets that stand in a text, in whatever form: also within JSON, a URL, base64 or hexadecimal digits. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
    // wherever in the encoded text it begins: without the characters that its neighbours have a part in
    ...[0, 1, 2].map((before) =>
      Buffer.from(`${'-'.repeat(before)}${secret}`)
        .toString('base64')
        .slice(before === 0 ? 0 : 4)
        .replace(/.{0,3}=*$/, ''),
    ),
  ];
}
