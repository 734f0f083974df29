import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { situationsDocument } from './document.ts';

const DOCUMENT = new URL('../../docs/situations.md', import.meta.url);

it('is what docs/situations.md says', () => {
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(DOCUMENT, situationsDocument());

  expect(readFileSync(DOCUMENT, 'utf8'), 'run it again with UPDATE_DOCS=1').toBe(situationsDocument());
});
