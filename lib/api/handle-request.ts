import type { z } from 'zod';
import { describeIssue } from '../model/describe-issue.ts';
import { NotJsonError, toPlainJson } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import { type Problem, writePath } from '../model/problem.ts';
import { withoutData } from '../model/without-data.ts';
import type { Api, ApiRequest, ApiResponse } from './api.ts';
import { matchRoute } from './match-route.ts';
import { ApiProblem, asApiProblem, problemResponse } from './problem.ts';
import type { Parameters, Route } from './route.ts';
import { ROUTES } from './routes.ts';

/** What an HTTP API takes. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Answers one request to the HTTP API, whoever carries it. Never throws. */
export async function handleApiRequest(api: Api, request: ApiRequest): Promise<ApiResponse> {
  try {
    const { route, path } = matchRoute(ROUTES, request);
    const answer = await route.handle(api, {
      path: readParameters(route.path, path, 'path'),
      query: readParameters(route.query, request.query, 'query'),
      headers: readParameters(route.headers, onlyKnown(route.headers, request.headers), 'header'),
      body: route.body && readBody(route, route.body, request),
    });
    return {
      status: answer.status,
      headers: { 'content-type': 'application/json', ...answer.headers },
      body: JSON.stringify(answer.body),
    };
  } catch (error) {
    const problem = asApiProblem(error);
    if (problem !== undefined) return problemResponse(problem);
    (api.logger ?? console).error('a request failed', withoutData(error));
    return problemResponse(new ApiProblem(500, 'something went wrong inside; it has been logged'));
  }
}

type Place = 'path' | 'query' | 'header';

/** @throws ApiProblem 400 with everything that is wrong, parameters that are not known included */
function readParameters(
  schemas: Parameters = {},
  given: Readonly<Record<string, string | undefined>>,
  place: Place,
): Record<string, unknown> {
  const problems: Problem[] = [];
  const complain = (name: string, message: string): void => {
    problems.push({ code: 'E5600', path: `${place}.${name}`, message, task_ids: [] });
  };
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const result = schema.safeParse(given[name]);
    if (result.success) values[name] = result.data;
    else for (const issue of result.error.issues) complain(name, describeIssue(issue));
  }
  for (const name of Object.keys(given)) if (!Object.hasOwn(schemas, name)) complain(name, 'unknown parameter');
  if (problems.length > 0) throw new ApiProblem(400, `the ${place} is not right`, { problems });
  return values;
}

/** Requests carry many headers that are not for us. */
function onlyKnown(schemas: Parameters = {}, given: ApiRequest['headers']): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(schemas).map((name) => [name, given[name]]));
}

/** @throws ApiProblem 400, 413, 415 */
function readBody({ bodyIsOptional = false }: Route, schema: NonNullable<Route['body']>, { headers, body = '' }: ApiRequest): unknown {
  if (bodyIsOptional && body === '') return undefined;
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (contentType !== 'application/json') throw new ApiProblem(415, 'the body must be application/json');
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) throw new ApiProblem(413, `the body has more than ${MAX_BODY_BYTES} bytes`);
  const parsed = parseJson(body);
  if (!parsed.ok) throw new ApiProblem(400, parsed.problems[0].message, { problems: parsed.problems });
  const result = schema.safeParse(plain(parsed.value));
  if (!result.success) throw new ApiProblem(400, 'the body is not right', { problems: problemsOf(result.error) });
  return result.data;
}

/** @throws ApiProblem 400 for JSON that is nested too deep */
function plain(value: unknown): unknown {
  try {
    return toPlainJson(value);
  } catch (error) {
    if (error instanceof NotJsonError) throw new ApiProblem(400, `the body ${error.message}`);
    throw error;
  }
}

function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({
    code: 'E5600',
    path: writePath(issue.path.map((step) => (typeof step === 'number' ? step : String(step)))),
    message: describeIssue(issue),
    task_ids: [],
  }));
}
