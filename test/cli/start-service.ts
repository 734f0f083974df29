import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { LocalService } from '../../lib/local-service.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';

/** What `serve` serves, in this process and in memory. */
export async function startService() {
  const listeners = new Set<(event: RunEvent) => void>();
  const service = new LocalService({
    onEvent: (event) => {
      for (const listener of listeners) listener(event);
    },
  });
  service.server.listen(0, '127.0.0.1');
  await once(service.server, 'listening');
  const { port } = service.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** The next event of this type. */
    nextEvent: (type: RunEvent['type']): Promise<RunEvent> =>
      new Promise((resolve) => {
        const listener = (event: RunEvent): void => {
          if (event.type !== type) return;
          listeners.delete(listener);
          resolve(event);
        };
        listeners.add(listener);
      }),
    [Symbol.dispose]: () => service.close(),
  };
}
