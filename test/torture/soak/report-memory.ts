/*
 * Preloaded (`--import`, with `--expose-gc`) into a process that is started with an IPC channel: to every message it answers with the
 * bytes that are alive on its heap, counted after a collection.
 */

process.on('message', () => {
  global.gc?.();
  process.send?.(process.memoryUsage().heapUsed);
});
process.channel?.unref(); // it must not keep the process
