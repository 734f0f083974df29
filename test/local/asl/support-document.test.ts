import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { supportDocument } from '../../../lib/local/asl/support-document.ts';

const DOCUMENT = new URL('../../../docs/asl-support.md', import.meta.url);

it('is what docs/asl-support.md says', () => {
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(DOCUMENT, supportDocument());
  expect(readFileSync(DOCUMENT, 'utf8'), 'npm run docs').toBe(supportDocument());
});
