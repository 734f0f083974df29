import type { StateMachineDefinition } from './definition.ts';
import { type DefinitionProblem, InvalidDefinition } from './errors.ts';
import type { ExpressionCompiler } from './expression.ts';
import { type CheckContext, FIELD_CHECKS, type StructuredKind } from './field-checks.ts';
import type { AslLimits } from './limits.ts';
import { Problems, pathTo } from './problems.ts';
import { type FieldKind, type Section, type SectionName, SUPPORT, type SupportedField } from './support-table.ts';
import { checkTransitions } from './transitions.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What holds over the whole definition, on the way down into its scopes. */
interface Surroundings extends CheckContext {
  /** Names of states seen so far, with where they are. */
  readonly stateNames: Map<string, string>;
  /** Variables that the scopes around assign. */
  readonly outerVariables: ReadonlySet<string>;
}

/**
 * The definition, once it is known to be one that the interpreter runs as AWS would.
 *
 * @throws InvalidDefinition with every problem that it has
 */
export function validate(definition: string, expressions: ExpressionCompiler, limits: AslLimits): StateMachineDefinition {
  const problems = new Problems();
  const sizeBytes = Buffer.byteLength(definition);
  if (sizeBytes > limits.definitionBytes) problems.add('$', `has ${sizeBytes} bytes, and may have at most ${limits.definitionBytes}`);
  const machine = parse(definition, problems);
  if (machine !== undefined) {
    checkSection('machine', machine, '$', { problems, expressions, limits, stateNames: new Map(), outerVariables: new Set() });
  }
  if (problems.all.length > 0) throw new InvalidDefinition(problems.all);
  return machine as unknown as StateMachineDefinition;
}

function parse(definition: string, problems: Problems): Fields | undefined {
  try {
    return asFields(JSON.parse(definition), '$', problems);
  } catch (error) {
    problems.add('$', `is not JSON: ${(error as Error).message}`);
    return undefined;
  }
}

function checkSection(name: SectionName, fields: Fields, path: string, around: Surroundings): void {
  const { title, supported, unsupported }: Section = SUPPORT[name];
  for (const [field, value] of Object.entries(fields)) {
    const fieldPath = pathTo(path, field);
    if (Object.hasOwn(supported, field)) checkField((supported[field] as SupportedField).kind, value, fieldPath, fields, around);
    else if (Object.hasOwn(unsupported, field)) around.problems.add(fieldPath, `is not supported: ${unsupported[field]}`);
    else around.problems.add(fieldPath, `is no field of a ${title}`);
  }
  for (const [field, { required }] of Object.entries(supported)) {
    if (required && !Object.hasOwn(fields, field)) around.problems.add(path, `lacks the field ${field}`);
  }
  if (Object.hasOwn(supported, 'States')) checkTransitions(fields, path, around.problems);
}

function checkField(kind: FieldKind, value: unknown, path: string, siblings: Fields, around: Surroundings): void {
  if (isStructured(kind)) STRUCTURE_CHECKS[kind](value, path, siblings, around);
  else FIELD_CHECKS[kind](value, path, around);
}

function isStructured(kind: FieldKind): kind is StructuredKind {
  return Object.hasOwn(STRUCTURE_CHECKS, kind);
}

type StructureCheck = (value: unknown, path: string, siblings: Fields, around: Surroundings) => void;

const STRUCTURE_CHECKS: Readonly<Record<StructuredKind, StructureCheck>> = {
  states: (value, path, _siblings, around) => checkStates(value, path, around),
  branches: eachOf('branch'),
  choices: eachOf('choiceRule'),
  retriers: eachOf('retrier', checkLastOfAll, checkDelays),
  catchers: eachOf('catcher', checkLastOfAll),
  itemProcessor: one('itemProcessor'),
  processorConfig: one('processorConfig'),
  arguments: (value, path, { Resource }, around) => {
    const section = SUPPORT[Resource as keyof typeof SUPPORT] as Section | undefined;
    const fields = asFields(value, path, around.problems);
    // an unknown Resource is reported where it stands
    if (fields !== undefined && section !== undefined && typeof Resource === 'string')
      checkSection(Resource as SectionName, fields, path, around);
  },
  // both are checked where their names are looked up
  type: () => undefined,
  stateName: () => undefined,
};

type ListCheck = (items: readonly unknown[], path: string, problems: Problems) => void;

function eachOf(section: SectionName, ...listChecks: readonly ListCheck[]): StructureCheck {
  return (value, path, _siblings, around) => {
    if (!Array.isArray(value) || (value.length === 0 && (section === 'branch' || section === 'choiceRule'))) {
      around.problems.add(path, 'must be an array with something in it');
      return;
    }
    value.forEach((item, index) => void checkOne(section, item, pathTo(path, index), around));
    for (const check of listChecks) check(value, path, around.problems);
  };
}

function one(section: SectionName): StructureCheck {
  return (value, path, _siblings, around) => checkOne(section, value, path, around);
}

function checkOne(section: SectionName, value: unknown, path: string, around: Surroundings): void {
  const fields = asFields(value, path, around.problems);
  if (fields !== undefined) checkSection(section, fields, path, around);
}

function checkStates(value: unknown, path: string, around: Surroundings): void {
  const states = asFields(value, path, around.problems);
  if (states === undefined) return;
  const own = assignedVariables(states);
  const inside: Surroundings = { ...around, outerVariables: new Set([...around.outerVariables, ...own]) };
  if (Object.keys(states).length === 0) around.problems.add(path, 'must have a state in it');
  for (const [name, value] of Object.entries(states)) {
    const statePath = pathTo(path, name);
    checkStateName(name, statePath, around);
    const state = asFields(value, statePath, around.problems);
    if (state !== undefined) checkState(state, statePath, inside);
  }
  for (const name of own) {
    if (around.outerVariables.has(name)) around.problems.add(path, `assigns the variable ${name}, which a scope around it assigns too`);
  }
}

function checkStateName(name: string, path: string, { problems, limits, stateNames }: Surroundings): void {
  if (name.length < 1 || name.length > limits.nameLength) problems.add(path, `a state's name has 1 to ${limits.nameLength} characters`);
  const other = stateNames.get(name);
  if (other !== undefined) problems.add(path, `the name is already taken by ${other}`);
  stateNames.set(name, path);
}

const STATE_TYPES = ['Task', 'Parallel', 'Map', 'Pass', 'Wait', 'Choice', 'Succeed', 'Fail'] as const satisfies readonly SectionName[];

function checkState(state: Fields, path: string, around: Surroundings): void {
  const type = STATE_TYPES.find((known) => known === state.Type);
  if (type === undefined) {
    around.problems.add(pathTo(path, 'Type'), `${JSON.stringify(state.Type)} is no type of state: ${STATE_TYPES.join(', ')}`);
    return;
  }
  checkSection(type, state, path, around);
  if ('Next' in SUPPORT[type].supported && Object.hasOwn(state, 'Next') === Object.hasOwn(state, 'End')) {
    around.problems.add(path, 'must have either Next or End');
  }
  if (type === 'Task') checkTimes(state, path, around.problems);
}

function checkTimes({ Resource, TimeoutSeconds, HeartbeatSeconds }: Fields, path: string, problems: Problems): void {
  if (HeartbeatSeconds === undefined) return;
  const heartbeatPath = pathTo(path, 'HeartbeatSeconds');
  if (Resource !== 'arn:aws:states:::lambda:invoke.waitForTaskToken')
    problems.add(heartbeatPath, 'is only supported with .waitForTaskToken');
  if (typeof HeartbeatSeconds === 'number' && typeof TimeoutSeconds === 'number' && HeartbeatSeconds >= TimeoutSeconds) {
    problems.add(heartbeatPath, 'must be smaller than TimeoutSeconds');
  }
}

/** A retrier or catcher for everything hides all that come after it. */
function checkLastOfAll(items: readonly unknown[], path: string, problems: Problems): void {
  items.slice(0, -1).forEach((item, index) => {
    const names = (item as Fields | null)?.ErrorEquals;
    if (Array.isArray(names) && names.includes('States.ALL')) problems.add(pathTo(path, index), 'States.ALL must be in the last one');
  });
}

function checkDelays(retriers: readonly unknown[], path: string, problems: Problems): void {
  retriers.forEach((retrier, index) => {
    const { IntervalSeconds = 1, MaxDelaySeconds } = (retrier ?? {}) as Fields;
    if (typeof IntervalSeconds === 'number' && typeof MaxDelaySeconds === 'number' && MaxDelaySeconds <= IntervalSeconds) {
      problems.add(pathTo(pathTo(path, index), 'MaxDelaySeconds'), 'must be greater than IntervalSeconds');
    }
  });
}

function assignedVariables(states: Fields): Set<string> {
  const names = new Set<string>();
  const addFrom = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return;
    const { Assign, Catch, Choices } = holder as Fields;
    if (typeof Assign === 'object' && Assign !== null) for (const name of Object.keys(Assign)) names.add(name);
    for (const inner of [Catch, Choices]) if (Array.isArray(inner)) inner.forEach(addFrom);
  };
  Object.values(states).forEach(addFrom);
  return names;
}

function asFields(value: unknown, path: string, problems: Problems): Fields | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  problems.add(path, 'must be an object');
  return undefined;
}

export type { DefinitionProblem };
