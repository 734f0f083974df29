import { findCrowd } from './crowds.ts';
import type { Observed, ObservedExecution } from './observed.ts';
import { placesOf, type StatePlace } from './scopes.ts';
import { findDisorder, placeEvents, scopesOf, type Visit, visitsOf } from './visits.ts';

/** Where two runs part. */
export interface Difference {
  /** The machine and the first state, or what of the whole run. */
  readonly where: string;
  readonly local: string;
  readonly oracle: string;
}

export interface CompareOptions {
  /** By name. */
  readonly machines: Readonly<Record<string, unknown>>;
  /** Tokens that were answered before their function had returned. */
  readonly earlyTokens: number;
}

/** The first difference between two runs of the same machines: states, attempts, their data, order, delays, number of events, outcome. */
export function findDifference(local: Observed, oracle: Observed, { machines, earlyTokens }: CompareOptions): Difference | undefined {
  const executions = (observed: Observed): string[] => observed.executions.map(({ machine, input }) => `${machine} ${input}`).sort();
  return (
    findInMachines(local, oracle, machines) ??
    differ('executions', executions(local).join(), executions(oracle).join()) ??
    differ('seconds before retries', local.sleeps.join(), oracle.sleeps.join()) ??
    differ('number of events', countEvents(local, earlyTokens), countEvents(oracle, 0)) ??
    differ('status', local.status, oracle.status) ??
    differ('error', local.error, oracle.error) ??
    differ('cause', local.cause, oracle.cause) ??
    differ('output', local.output, oracle.output)
  );
}

function findInMachines(local: Observed, oracle: Observed, machines: Readonly<Record<string, unknown>>): Difference | undefined {
  for (const execution of local.executions) {
    const { machine, input } = execution;
    const counterpart = oracle.executions.find((other) => other.machine === machine && other.input === input);
    if (counterpart === undefined) continue;
    const difference = findInExecution(execution, counterpart, placesOf(machines[machine]));
    if (difference !== undefined) return { ...difference, where: `${machine}: ${difference.where}` };
  }
  return undefined;
}

function findInExecution(
  local: ObservedExecution,
  oracle: ObservedExecution,
  places: ReadonlyMap<string, StatePlace>,
): Difference | undefined {
  const eventsHere = placeEvents(local.events, places);
  const eventsThere = placeEvents(oracle.events, places);
  const here = visitsOf(eventsHere);
  const there = visitsOf(eventsThere);
  for (const where of new Set([...here.keys(), ...there.keys()])) {
    const difference = differ(where, stepsOf(here.get(where)), stepsOf(there.get(where)));
    if (difference !== undefined) return difference;
  }
  const scopesThere = scopesOf(there, places);
  for (const [scope, order] of scopesOf(here, places)) {
    const difference = differ(`order in ${scope}`, writeOrder(order), writeOrder(scopesThere.get(scope) ?? []));
    if (difference !== undefined) return difference;
  }
  return (
    denied('a state out of its time', findDisorder(here, places)?.where, findDisorder(there, places)?.where) ??
    denied('more iterations than MaxConcurrency', findCrowd(eventsHere, places), findCrowd(eventsThere, places))
  );
}

/** What neither may have. */
function denied(where: string, local: string | undefined, oracle: string | undefined): Difference | undefined {
  return local === undefined && oracle === undefined ? undefined : { where, local: local ?? 'none', oracle: oracle ?? 'none' };
}

function writeOrder(visits: readonly Visit[]): string {
  return visits.map(({ state }) => state).join(' > ');
}

function stepsOf(visit: Visit | undefined): string {
  return visit === undefined ? 'not entered' : visit.steps.join('\n');
}

function countEvents({ executions }: Observed, more: number): string {
  return String(executions.reduce((sum, { events }) => sum + events.length, more));
}

function differ(where: string, local: string, oracle: string): Difference | undefined {
  return local === oracle ? undefined : { where, local, oracle };
}
