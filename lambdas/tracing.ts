import type middy from '@middy/core';

type Tracing = Pick<middy.MiddlewareObj, 'before' | 'after' | 'onError'>;

/** Lambda samples one request a second and a twentieth of the rest; what is not sampled leaves no trace, whoever records it. */
const SAMPLED = /(?:^|;)Sampled=1(?:;|$)/;

/** Traces sampled requests, and loads for the first of them what that takes: X-Ray's SDK is a fifth of a bundle. */
export function tracing(open: () => Promise<Tracing> = openTracing): Required<Tracing> {
  let opened: Promise<Tracing> | undefined;
  const step =
    (name: keyof Tracing) =>
    async (request: middy.Request): Promise<void> => {
      if (!SAMPLED.test(process.env._X_AMZN_TRACE_ID ?? '')) return;
      opened ??= open();
      await (await opened)[name]?.(request);
    };
  return { before: step('before'), after: step('after'), onError: step('onError') };
}

async function openTracing(): Promise<Tracing> {
  const { captureHandler } = await import('./capture-handler.ts');
  return captureHandler;
}
