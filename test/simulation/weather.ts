import type { Dice } from './dice.ts';

/**
 * How much goes wrong in a simulated run, and for how long. Of a `gentle` weather nobody may see anything in what becomes of the
 * tasks: what goes wrong is what is repeated without counting as an attempt, and never often enough to exhaust the repetitions.
 */
export interface Weather {
  readonly gentle: boolean;
  /** One process does everything, as on a laptop; else each invocation has a process of its own, as in Lambda. */
  readonly oneProcess: boolean;
  readonly claimLagSec: number;
  /** Seconds from the start after which nothing goes wrong any more. */
  readonly calmAfterSec: number;
  /** Seconds that a call takes at the most. */
  readonly latencySec: number;
  /** Of a call: that its process dies, before or after. */
  readonly crash: number;
  /** Of a call: that it fails, before or after it has had its effect. */
  readonly callFails: number;
  /** Of a call to Step Functions. */
  readonly throttled: number;
  /** Of an invocation: that there is a second of it. */
  readonly doubled: number;
  /** Of an invocation: that its caller gives it up while it goes on. */
  readonly lost: number;
  /** Of a message or event: that it comes late, or twice. */
  readonly lateMessage: number;
  /** So many things may go wrong for one task in one execution. */
  readonly faultsPerTask: number;
}

export function makeWeather(dice: Dice): Weather {
  const gentle = dice.chance(0.5);
  const oneProcess = dice.chance(0.25);
  const sometimes = (most: number): number => (dice.chance(0.4) ? 0 : dice.roll() * most);
  return {
    gentle,
    oneProcess,
    claimLagSec: dice.chance(0.5) ? 2 : 0,
    calmAfterSec: dice.between(30, 900),
    latencySec: dice.pick([0, 0.02, 0.3, 1]),
    crash: oneProcess ? 0 : sometimes(0.06),
    callFails: sometimes(0.03),
    throttled: sometimes(0.2),
    doubled: sometimes(0.15),
    lost: oneProcess ? 0 : sometimes(0.15),
    lateMessage: sometimes(0.5),
    // a state repeats what is not the task's fault six times: beyond that a task may complete unheard
    faultsPerTask: gentle ? 3 : 5,
  };
}
