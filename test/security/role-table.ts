import type { Template } from 'aws-cdk-lib/assertions';
import { CLEAN_UP, FUNCTION_NAMES } from '../../lambdas/function-names.ts';
import { BLOBS, BUCKET, DEAD_LETTERS, EXECUTIONS, MACHINES, STORED_PLANS, TABLE, UPLOADS } from '../cdk/arns.ts';
import { statementsOf } from '../cdk/permissions-of.ts';
import { resourcesOf } from '../cdk/resources.ts';

const ANY = '**any**';

const RESOURCE_NAMES: readonly (readonly [string | RegExp, string])[] = [
  [TABLE, 'the table'],
  [`${TABLE}/index/runs-by-tenant`, 'its index by tenant'],
  ['<StorageTable.StreamArn>', 'its stream'],
  [BLOBS, 'all blobs'],
  [STORED_PLANS, 'stored plans'],
  [UPLOADS, 'uploads'],
  [BUCKET, 'the bucket'],
  ['<StartsQueue.Arn>', 'the start queue'],
  [DEAD_LETTERS, 'the dead letters'],
  ['<Bus.Arn>', 'the bus'],
  ['<ExecutionRole.Arn>', 'the role of the machines'],
  [MACHINES, 'machines `task-orchestrator-*`'],
  [EXECUTIONS, 'their executions'],
  [/:rule\/StepFunctionsGetEventsForStepFunctionsExecutionRule$/, 'the rule of Step Functions'],
  [/^<.*Logs\.Arn>$/, 'its log'],
  [/:function:/, 'the target'],
  [/:secret:/, "the target's secret"],
  [/^<Functions.*Function\.Arn>$/, 'the functions of states'],
  ['*', ANY],
];

/**
 * What the roles of a template may do, a row each, and one for what all functions may; in italics what they may only with an option that
 * `plain` does not have.
 */
export function roleTable(everything: Template, plain: Template): string {
  const roles = Object.keys(resourcesOf(everything, 'AWS::IAM::Role'));
  const granted = new Map(roles.map((role) => [role, permissionsIn(everything, role)]));
  const plainly = new Map(roles.map((role) => [role, new Set(permissionsIn(plain, role).map(keyOf))]));
  const functions = FUNCTION_NAMES.map(inFunctions);
  const common = granted
    .get(functions[0]!)!
    .filter((each) => [ANY, 'its log'].includes(each.resource) && functions.every((role) => granted.get(role)!.some(isSame(each))));
  const render = (permissions: readonly Permission[], isPlain: (each: Permission) => boolean): string => {
    const byResource = Map.groupBy(permissions, ({ resource }) => resource);
    const parts = [...byResource].sort(([a], [b]) => (a < b ? -1 : 1));
    return parts
      .map(
        ([resource, all]) =>
          `${resource}: ${[...new Set(all.map((each) => (isPlain(each) ? each.action : `*${each.action}*`)))].join(', ')}`,
      )
      .join('; ');
  };
  const rows = [...granted].map(([role, permissions]) => {
    const own = permissions.filter((each) => !functions.includes(role) || !common.some(isSame(each)));
    return `| ${nameOfRole(role)} | ${render(own, (each) => plainly.get(role)!.has(keyOf(each)))} |`;
  });
  return ['| role | may |', '|---|---|', `| every function of these | ${render(common, () => true)} |`, ...rows].join('\n');
}

interface Permission {
  readonly resource: string;
  readonly action: string;
}

const keyOf = ({ resource, action }: Permission): string => `${resource} ${action}`;
const isSame =
  (one: Permission) =>
  (other: Permission): boolean =>
    keyOf(one) === keyOf(other);

/** Services are told where the resource does not tell them. */
function permissionsIn(template: Template, role: string): Permission[] {
  return statementsOf(template, role).flatMap(({ Action, Resource, Condition }) => {
    const condition = Condition === undefined ? '' : ` if ${JSON.stringify(Condition).replace(/["{}]/g, '').replaceAll(':', ' ')}`;
    return [Resource].flat().flatMap((arn) => {
      const resource = nameOfResource(arn);
      return [Action].flat().map((action) => ({
        resource,
        action: (resource === ANY ? action : action.slice(action.indexOf(':') + 1)) + condition,
      }));
    });
  });
}

function nameOfResource(arn: string): string {
  const found = RESOURCE_NAMES.find(([wanted]) => (typeof wanted === 'string' ? wanted === arn : wanted.test(arn)));
  return found?.[1] ?? `\`${arn}\``;
}

function nameOfRole(role: string): string {
  if (role === 'ExecutionRole') return 'state machines';
  if (role === 'CleanUpFunctionRole') return `${CLEAN_UP} (*removalPolicy*)`;
  return FUNCTION_NAMES.find((name) => inFunctions(name) === role) ?? role;
}

const inFunctions = (name: string): string => `Functions${name.replaceAll('-', '')}Role`;
