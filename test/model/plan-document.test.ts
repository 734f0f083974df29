import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { planDocument } from '../../lib/model/plan-document.ts';

const DOCUMENT = new URL('../../docs/plan.md', import.meta.url);

it('is what docs/plan.md says', () => {
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(DOCUMENT, planDocument());

  expect(readFileSync(DOCUMENT, 'utf8'), 'run it again with UPDATE_DOCS=1').toBe(planDocument());
});
