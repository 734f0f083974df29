import type { Template } from 'aws-cdk-lib/assertions';
import type { FunctionName } from '../../lambdas/function-names.ts';
import { nameOf, plain } from './plain.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly UpdateReplacePolicy?: string;
  readonly DeletionPolicy?: string;
}

/** The resources of a type, by their plain names and with plain references. */
export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  const found = template.findResources(type) as Record<string, Resource>;
  return Object.fromEntries(
    Object.entries(found).map(([id, resource]) => [
      nameOf(id),
      { ...resource, Properties: plain(resource.Properties ?? {}) as Resource['Properties'] },
    ]),
  );
}

/** The only one of its type whose name has `part` in it. */
export function resourceOf(template: Template, type: string, part = ''): Resource {
  const found = Object.entries(resourcesOf(template, type)).filter(([name]) => name.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} have ${part} in their name`);
  return found[0]![1];
}

/** Names of functions lose their hyphens in logical ids. */
export const inLogicalId = (name: FunctionName): string => `Functions${name.replaceAll('-', '')}`;

export function functionOf(template: Template, name: FunctionName): Resource['Properties'] {
  return resourceOf(template, 'AWS::Lambda::Function', `${inLogicalId(name)}Function`).Properties;
}

export function environmentOf(template: Template, name: FunctionName): Record<string, string> {
  return (functionOf(template, name).Environment as { Variables: Record<string, string> }).Variables;
}
