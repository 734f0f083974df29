/** How the interpreter reaches functions: the function itself, as Lambda would run it. */
export type FunctionInvoker = (call: FunctionCall) => Promise<unknown>;

/**
 * One invocation.
 *
 * The signal is aborted when nobody waits for the answer any more: the task timed out, a sibling branch failed, or the execution was stopped.
 * It is only made when it is read, so a function that ignores it costs nothing.
 */
export class FunctionCall {
  readonly functionName: string;
  readonly payload: unknown;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;

  constructor(functionName: string, payload: unknown) {
    this.functionName = functionName;
    this.payload = payload;
  }

  get signal(): AbortSignal | undefined {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#abortReason = reason;
    this.#controller?.abort(reason);
  }
}
