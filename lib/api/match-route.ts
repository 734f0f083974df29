import type { ApiRequest } from './api.ts';
import { ApiProblem } from './problem.ts';
import type { Route } from './route.ts';

export interface RouteMatch {
  readonly route: Route;
  /** Parts of the path by name, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

/** @throws ApiProblem 404 for an unknown path, 405 for a method that the path does not have */
export function matchRoute(routes: readonly Route[], { method, path }: Pick<ApiRequest, 'method' | 'path'>): RouteMatch {
  const matches = routes.flatMap((route) => {
    const parts = matchPath(route.template, path);
    return parts === undefined ? [] : [{ route, path: parts }];
  });
  const match = matches.find(({ route }) => route.method === method);
  if (match !== undefined) return match;
  if (matches.length === 0) throw new ApiProblem(404, 'there is nothing at this path');
  const allowed = [...new Set(matches.map(({ route }) => route.method))].join(', ');
  throw new ApiProblem(405, `the path takes ${allowed} only`, {}, { allow: allowed });
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const names = template.split('/');
  const steps = path.split('/');
  const last = names.at(-1)!;
  if (last.endsWith('+}') && steps.length > names.length) steps.push(steps.splice(names.length - 1).join('/'));
  if (steps.length !== names.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [i, name] of names.entries()) {
    const step = steps[i]!;
    if (!name.startsWith('{')) {
      if (name !== step) return undefined;
    } else {
      const value = decode(step);
      if (value === '') return undefined;
      parts[name.replace(/[{}+]/g, '')] = value;
    }
  }
  return parts;
}

/** What is not URL-encoded stands for itself: gateways differ in whether they decode. */
function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
