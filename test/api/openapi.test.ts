import { expect, it } from 'vitest';
import { ROUTES } from '../../lib/api/routes.ts';
import { makeApi } from './make-api.ts';

it('describes every route', async () => {
  const { status, body } = await makeApi().get('/openapi.json');

  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  const described = Object.entries<object>(body.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual(ROUTES.map(({ method, template }) => `${method.toLowerCase()} ${template.replace('+}', '}')}`).sort());
});

it('refers only to schemas that it has', async () => {
  const { body } = await makeApi().get('/openapi.json');

  const references = new Set(JSON.stringify(body).match(/#\/components\/schemas\/\w+/g));
  expect(references.size).toBeGreaterThan(10);
  for (const reference of references) expect(body.components.schemas).toHaveProperty(reference.split('/').at(-1)!);
  expect(JSON.stringify(body)).not.toContain('$defs');
  for (const schema of Object.values<object>(body.components.schemas)) expect(schema).not.toHaveProperty('$ref');
});

it('says what a plan may have', async () => {
  const { body } = await makeApi().get('/openapi.json');

  const { ExecutionPlan } = body.components.schemas;
  expect(ExecutionPlan.additionalProperties).toBe(false);
  expect(ExecutionPlan.required).toEqual(['tasks']);
  expect(ExecutionPlan.properties.tasks.items.required).toEqual(['task_id']);
  expect(ExecutionPlan.properties.tasks.items.properties.task_type.anyOf[0].enum).toContain('llm_call');
});
