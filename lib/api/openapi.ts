import { z } from 'zod';
import { PROBLEM_JSON, REFUSALS, type Refusal } from './problem.ts';
import { type Parameters, type Route, route, type Success } from './route.ts';
import { problem } from './schemas.ts';

export const OPENAPI_VERSION = '3.1.0';
const API_VERSION = '1';

/** Any request may be refused with these. */
const GENERAL_REFUSALS: readonly Refusal[] = [400, 403, 405, 500, 503];

type Schema = Record<string, unknown>;

/** `GET /openapi.json`: the document of these operations, itself included. */
export function openApiRoute(operations: readonly Route[]): Route {
  let document: object | undefined;
  const itself: Route = route({
    method: 'GET',
    template: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document.',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({}) } },
    async handle() {
      document ??= openApiDocument([...operations, itself]);
      return { status: 200, body: document };
    },
  });
  return itself;
}

/** The API as an OpenAPI 3.1 document, made of the schemas that requests are checked with. */
export function openApiDocument(routes: readonly Route[]): object {
  const schemas: Record<string, Schema> = {};
  const paths: Record<string, Record<string, object>> = {};
  for (const each of routes) {
    const path = each.template.replace('+}', '}');
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: operationOf(each, schemas) };
  }
  return {
    openapi: OPENAPI_VERSION,
    info: { title: 'TaskOrchestrator', version: API_VERSION, description: 'Runs execution plans on AWS Step Functions.' },
    paths,
    components: { schemas },
  };
}

function operationOf(each: Route, schemas: Record<string, Schema>): object {
  const { operationId, summary, answers, bodyIsOptional = false, refusals = [] } = each;
  const body = each.documentedBody ?? each.body;
  const parameters = [
    ...parametersOf(each.path, 'path', schemas),
    ...parametersOf(each.query, 'query', schemas),
    ...parametersOf(each.headers, 'header', schemas),
  ];
  const notFound: Refusal[] = each.path === undefined ? [] : [404];
  const refused = [...new Set([...GENERAL_REFUSALS, ...notFound, ...refusals])].sort((a, b) => a - b);
  return {
    operationId,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: !bodyIsOptional, content: { 'application/json': { schema: schemaOf(body, 'input', schemas) } } },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, schema, links }]) => [
          status,
          {
            description,
            content: { 'application/json': { schema: schemaOf(schema, 'output', schemas) } },
            ...(links && { links: linksOf(links) }),
          },
        ]),
      ),
      ...Object.fromEntries(
        refused.map((status) => [
          status,
          { description: REFUSALS[status], content: { [PROBLEM_JSON]: { schema: schemaOf(problem, 'output', schemas) } } },
        ]),
      ),
    },
  };
}

/** What an answer says that other operations ask for. */
function linksOf(links: NonNullable<Success['links']>): object {
  return Object.fromEntries(Object.entries(links).map(([operationId, parameters]) => [operationId, { operationId, parameters }]));
}

function parametersOf(parameters: Parameters | undefined, place: 'path' | 'query' | 'header', schemas: Record<string, Schema>): object[] {
  return Object.entries(parameters ?? {}).map(([name, schema]) => ({
    name: place === 'header' ? headerName(name) : name,
    in: place,
    required: place === 'path',
    schema: schemaOf(schema, 'output', schemas),
  }));
}

/** `idempotency-key` -> `Idempotency-Key` */
function headerName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** The JSON Schema of a value; those with a name go to the components, and a reference stands for them. */
function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output', schemas: Record<string, Schema>): Schema {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const {
    $schema: _,
    $defs = {},
    ...rest
  } = JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Schema & { $defs?: Record<string, Schema> };
  Object.assign(schemas, $defs);
  return rest;
}
