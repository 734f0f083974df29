import type { Template } from 'aws-cdk-lib/assertions';
import type { FunctionName } from '../../lambdas/function-names.ts';
import { inLogicalId, resourcesOf } from './resources.ts';

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

/** Everything that the roles may do whose names have `part` in them. */
export function statementsOf(template: Template, part = ''): Statement[] {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => (Properties.Roles as string[]).some((role) => role.includes(part)))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

/** The actions that a role is allowed, sorted, by resource. */
export function permissionsOf(template: Template, role: string): Record<string, string[]> {
  const byResource: Record<string, string[]> = {};
  for (const { Effect, Action, Resource } of statementsOf(template, role)) {
    if (Effect !== 'Allow') throw new Error(`a statement of ${role} is ${Effect}`);
    for (const resource of [Resource].flat())
      byResource[resource as string] = [...(byResource[resource as string] ?? []), ...[Action].flat()].sort() as string[];
  }
  return byResource;
}

export function permissionsOfFunction(template: Template, name: FunctionName): Record<string, string[]> {
  return permissionsOf(template, `${inLogicalId(name)}Role`);
}
