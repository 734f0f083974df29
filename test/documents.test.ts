import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

/** The first plan that a document shows. */
function planIn(document: string): object {
  const text = readFileSync(join(import.meta.dirname, '..', document), 'utf8');
  return JSON.parse(/```json\n(.*?)```/s.exec(text)![1]!) as object;
}

describe('the first plan of a document', () => {
  it.each(['README.md', 'docs/compound.md', 'docs/deciding.md', 'docs/foreach.md'])('runs as it stands: %s', async (document) => {
    const { result, error } = await simulate(planIn(document), { context: { url: 'https://example.org' } as never });

    expect(error).toBeUndefined();
    expect(result?.status).toBe('completed');
  });
});
