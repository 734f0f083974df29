import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { controlDocument } from '../../lib/runtime/control-document.ts';

const DOCUMENT = new URL('../../docs/run-control.md', import.meta.url);

it('is what docs/run-control.md says', () => {
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(DOCUMENT, controlDocument());

  expect(readFileSync(DOCUMENT, 'utf8'), 'run it again with UPDATE_DOCS=1').toBe(controlDocument());
});
