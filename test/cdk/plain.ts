/*
 * CloudFormation's references as text that can be read and compared:
 *
 *   {"Ref": "AWS::Region"}                              <AWS::Region>
 *   {"Fn::GetAtt": ["OrchestratorBus81B1CB5E", "Arn"]}  <Bus.Arn>
 */

type Intrinsic = { readonly Ref?: string; readonly 'Fn::GetAtt'?: readonly [string, string]; readonly 'Fn::Join'?: [string, unknown[]] };

/** A value of a template, references as text. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Intrinsic;
  if (ref !== undefined) return `<${nameOf(ref)}>`;
  if (attribute !== undefined) return `<${nameOf(attribute[0])}.${attribute[1]}>`;
  if (join !== undefined) return join[1].map(plain).join(join[0]);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

/** A logical id without what the CDK adds to it: the path of the construct, in one word. */
export function nameOf(logicalId: string): string {
  return logicalId.replace(/^Orchestrator/, '').replace(/[0-9A-F]{8}$/, '');
}
