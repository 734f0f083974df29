import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import { planDocument } from '../../lib/model/plan-document.ts';

const DOCUMENT = new URL('../../docs/plan.md', import.meta.url);

it('is what docs/plan.md says', () => {
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(DOCUMENT, planDocument());

  expect(readFileSync(DOCUMENT, 'utf8'), 'run it again with UPDATE_DOCS=1').toBe(planDocument());
});

it('says of every field that is read what type it has', () => {
  const open = planDocument()
    .split('\n')
    .filter((line) => line.includes('| any |'));

  expect(open.length).toBeGreaterThan(0);
  expect(open.filter((line) => !line.includes('taken, and not read'))).toEqual([]);
});

const mock = { task_id: 'a' };
const budget = (name: string, most: number, field: string) => ({
  resource_budget: { [name]: most },
  tasks: [{ ...mock, resources: { [field]: most + 1 } }],
});

it.each([
  ['tool_name', 'E5606', { tasks: [{ ...mock, task_type: 'tool_call' }] }],
  ['retry_policy', 'E5704', { tasks: [{ ...mock, retry_policy: { max_retries: -1 } }] }],
  ['task_id', 'E5601', { tasks: [mock, mock] }],
  ['pool', 'E5502', { tasks: [{ ...mock, pool: 'none' }] }],
  ['plan_ref', 'E5302', { tasks: [{ ...mock, task_type: 'compound', plan_ref: 'none' }] }],
  ['foreach', 'E5402', { tasks: [{ ...mock, foreach: 7 }] }],
  ['dependency_graph', 'E5304', { tasks: [mock], dependency_graph: { b: [] } }],
  ['max_memory_mb', 'E5503', budget('max_memory_mb', 1, 'memory_mb')],
  ['token_count', 'E5501', budget('max_token_count', 1, 'token_count')],
])('has of %s the code %s, under which a plan is refused for it', (field, code, plan) => {
  const parsed = parsePlan(plan, { makeId: () => 'p' });

  expect(parsed).toMatchObject({ ok: false, problems: [{ code }] });
  const rows = planDocument()
    .split('\n')
    .filter((line) => line.startsWith(`| \`${field}\` |`));
  expect(rows.some((row) => row.includes(code))).toBe(true);
});

it.each([
  ['E5602', { tasks: [{ ...mock, other: 1 }] }],
  ['E5600', { tasks: [{ ...mock, priority: 'high' }] }],
  ['E5604', { tasks: [{ ...mock, description: 'x'.repeat(300_000) }] }],
])('says when any field is refused with %s', (code, plan) => {
  expect(parsePlan(plan, { makeId: () => 'p' })).toMatchObject({ ok: false, problems: [{ code }] });
  expect(planDocument().split('## ')[0]).toContain(code);
});
