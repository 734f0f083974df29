/** How a function answers one call, in the words of the oracle (`oracle/main.py`). */
export interface Step {
  readonly Return?: unknown;
  readonly Throw?: { readonly errorType: string; readonly errorMessage: string };
  /** No answer ever. */
  readonly Never?: true;
  /** How the token in the payload is answered; null: never. */
  readonly Token?: TokenAnswer | null;
  /** It is answered before the function returns. */
  readonly early?: true;
}

export type TokenAnswer = { readonly output: unknown } | { readonly error: string; readonly cause: string };

/** By function and task, in the order of the calls. */
export type Mocks = Readonly<Record<string, readonly Step[]>>;

/** How many tokens were answered before their function had returned (a gate that was open), afterwards (one that was closed), and never. */
export interface Tokens {
  readonly early: number;
  readonly late: number;
  readonly unanswered: number;
}

interface Call {
  readonly token: string | undefined;
  outcome: Pick<Step, 'Return' | 'Throw' | 'Never'>;
  tokenAnswer: TokenAnswer | null;
  /** The interpreter has taken note that the function has returned. */
  isSubmitted: boolean;
  isEarly: boolean;
}

/** Everything that functions answer in a run, written down as it happens. */
export class Script {
  readonly #calls = new Map<string, Call[]>();
  readonly #byToken = new Map<string, Call>();

  /** Carries a call out. */
  async record(functionName: string, payload: unknown, answer: () => Promise<unknown>): Promise<unknown> {
    const call = this.#begin(functionName, payload);
    try {
      const returned = await answer();
      call.outcome = { Return: returned };
      return returned;
    } catch (error) {
      const { name, message } = error as Error;
      call.outcome = { Throw: { errorType: name, errorMessage: message } };
      throw error;
    }
  }

  leaveUnanswered(functionName: string, payload: unknown): Promise<never> {
    this.#begin(functionName, payload);
    return new Promise(() => {});
  }

  answerToken(token: string, answer: TokenAnswer): void {
    const call = this.#byToken.get(token);
    if (call === undefined || call.tokenAnswer !== null) return;
    call.tokenAnswer = answer;
    call.isEarly = !call.isSubmitted;
  }

  /** From here on an answer of the token is a late one: by when the function returned it cannot be told, both may come at once. */
  submitted(token: string): void {
    const call = this.#byToken.get(token);
    if (call !== undefined) call.isSubmitted = true;
  }

  get mocks(): Mocks {
    return Object.fromEntries([...this.#calls].map(([key, calls]) => [key, calls.map(stepOf)]));
  }

  get tokens(): Tokens {
    const given = [...this.#calls.values()].flat().filter(({ token }) => token !== undefined);
    const early = given.filter(({ isEarly }) => isEarly).length;
    const unanswered = given.filter(({ tokenAnswer }) => tokenAnswer === null).length;
    return { early, late: given.length - early - unanswered, unanswered };
  }

  #begin(functionName: string, payload: unknown): Call {
    const { task, token } = payload as { task?: number; token?: string };
    // until it returns it has not answered
    const call: Call = { token, outcome: { Never: true }, tokenAnswer: null, isSubmitted: false, isEarly: false };
    const key = task === undefined ? functionName : `${functionName} ${task}`;
    const calls = this.#calls.get(key);
    if (calls === undefined) this.#calls.set(key, [call]);
    else calls.push(call);
    if (token !== undefined) this.#byToken.set(token, call);
    return call;
  }
}

function stepOf({ token, outcome, tokenAnswer, isEarly }: Call): Step {
  if (token === undefined) return outcome;
  return { ...outcome, Token: tokenAnswer, ...(isEarly ? { early: true } : {}) };
}
