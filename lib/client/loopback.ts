const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** The address is this machine: nobody else listens in, and nobody asks who it is. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
