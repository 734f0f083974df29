import { readFileSync, writeFileSync } from 'node:fs';
import type { Expression } from 'jsonata';
import { expect, it } from 'vitest';
import { registerAwsFunctions } from '../../../lib/local/asl/aws-functions.ts';
import * as apiErrors from '../../../lib/local/asl/errors.ts';
import { STATES_ERROR } from '../../../lib/local/asl/state-failure.ts';
import { supportDocument } from '../../../lib/local/asl/support-document.ts';
import { VirtualClock } from '../../../lib/local/virtual-clock.ts';

const DOCUMENT = new URL('../../../docs/asl-support.md', import.meta.url);

it('is what docs/asl-support.md says', () => {
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(DOCUMENT, supportDocument());
  expect(readFileSync(DOCUMENT, 'utf8'), 'npm run docs').toBe(supportDocument());
});

it('names every error of the language and of the API that there is', () => {
  const thrown = Object.keys(apiErrors).filter((name) => name !== 'StepFunctionsError');
  const document = supportDocument();

  for (const name of [...Object.values(STATES_ERROR), ...thrown]) expect(document).toContain(name);
});

it('names every function that is added to JSONata or taken from it', () => {
  const changed: string[] = [];
  const expression = { registerFunction: (name: string) => changed.push(name), assign: (name: string) => changed.push(name) };
  registerAwsFunctions(expression as unknown as Expression, { clock: new VirtualClock(0), random: () => 0, makeId: () => '' });

  const ofJsonata = ['millis', 'now']; // the same, on the engine's own clock
  const named = changed.filter((name) => !ofJsonata.includes(name)).map((name) => `$${name}`);
  expect(named).toContain('$partition');
  for (const name of named) expect(supportDocument()).toContain(name);
});
