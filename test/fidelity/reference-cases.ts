import { isDeepStrictEqual } from 'node:util';
import { InvalidDefinition } from '../../lib/local/asl/errors.ts';
import { expand, inOrder, type Observed, observe, type OracleCase as StoredCase } from '../local/asl/oracle-case.ts';
import { DEVIATIONS } from '../local/asl/oracle-deviations.ts';
import type { Difference } from './compare.ts';
import type { Oracle, OracleResult } from './oracle/oracle.ts';

/** The oracle takes real time: on a busy machine a second's fiftieth may pass before a function has answered. Then it is given more. */
const SHARES_OF_TIME = [0.02, 0.2];

/** A machine written for one feature of the language, on both interpreters, in time. @returns 'rejected' where it is not supported here */
export async function compareCase(stored: StoredCase, oracle: Oracle): Promise<Difference | 'rejected' | undefined> {
  const { id, machines, input } = stored;
  let local: Observed;
  try {
    local = await observe(stored);
  } catch (error) {
    if (error instanceof InvalidDefinition) return 'rejected';
    throw error;
  }
  const mocks = expandAll(stored.mocks) as Readonly<Record<string, unknown>>;
  let difference: Difference | undefined;
  for (const timed of SHARES_OF_TIME) {
    const reference = inOrder({ ...observed(await oracle.run({ id, machines, input, mocks, timed })), ...DEVIATIONS[id] });
    const part = (Object.keys(local) as (keyof Observed)[]).find((key) => !isDeepStrictEqual(local[key], reference[key]));
    if (part === undefined) return undefined;
    difference = { where: part, local: JSON.stringify(local[part]), oracle: JSON.stringify(reference[part]) };
  }
  return difference;
}

/** In the terms in which the unit tests look at a run. */
function observed({ status, error, output, calls, sleeps, histories }: OracleResult): Observed {
  const [main = []] = Object.values(histories);
  const entered = main.filter(({ type }) => type.endsWith('StateEntered'));
  return { status, error, output, calls, sleeps, visited: entered.map((event) => String(event.stateEnteredEventDetails?.name)) };
}

function expandAll(value: unknown): unknown {
  const expanded = expand(value);
  if (typeof expanded !== 'object' || expanded === null) return expanded;
  if (Array.isArray(expanded)) return expanded.map(expandAll);
  return Object.fromEntries(Object.entries(expanded).map(([key, part]) => [key, expandAll(part)]));
}
