import * as z from 'zod/mini';

/*
 * The tokens of gates are kept with the time at which their gate was entered, so that whoever opens a gate can tell how long its
 * task has waited. Step Functions' own tokens have no such beginning.
 */

const ENTERED = /^entered:(?<enteredMs>\d+):(?<token>.+)$/s;

const withToken = z.looseObject({ token: z.string() });

export interface GateToken {
  /** As Step Functions knows it. */
  readonly token: string;
  /** Milliseconds since the epoch; undefined for a token of anything else than a gate. */
  readonly enteredMs: number | undefined;
}

/** The payload of a gate's state, its token as it is kept. */
export function enteredAt(payload: unknown, enteredMs: number): unknown {
  const { success, data } = withToken.safeParse(payload);
  return success ? { ...data, token: `entered:${enteredMs}:${data.token}` } : payload;
}

export function readGateToken(kept: string): GateToken {
  const { enteredMs, token } = ENTERED.exec(kept)?.groups ?? {};
  return token === undefined ? { token: kept, enteredMs: undefined } : { token, enteredMs: Number(enteredMs) };
}
