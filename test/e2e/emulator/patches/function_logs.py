"""What a function logs is in the log of the invocation that logged it, whole.

MiniStack reads the worker's stderr for a while and takes what came; a line that comes later is taken for the next invocation's, or
lost with the worker. And it waits 50 ms after each invocation that logs nothing. Here the worker ends its log with a mark.
"""

import queue
import time

import ministack.core.lambda_runtime as runtime

MARK = "\x00end of log"
LONGEST_WAIT_SEC = 1.0

WRITE_REPLY = "const _realStdoutWrite = process.stdout.write.bind(process.stdout);"
# the worker's first line is about its start; from the second on there is an invocation each
MARKED_REPLY = """const _stdoutWrite = process.stdout.write.bind(process.stdout);
const _realStdoutWrite = (text) => {
  if (lineNum > 1) _stderrWrite("\\x00end of log\\n");
  return _stdoutWrite(text);
};"""

script = runtime._NODEJS_WORKER_SCRIPT
assert script.count(WRITE_REPLY) == 1, "the worker's script is not the one this patch is for"
runtime._NODEJS_WORKER_SCRIPT = script.replace(WRITE_REPLY, MARKED_REPLY)


def read_log(self, **_):
    """The lines up to the mark; without it (the worker died) what came in a second."""
    lines = []
    deadline = time.monotonic() + LONGEST_WAIT_SEC
    while True:
        try:
            line = self._stderr_queue.get(timeout=max(0, deadline - time.monotonic()))
        except queue.Empty:
            return "\n".join(lines)
        if line == MARK:
            return "\n".join(lines)
        lines.append(line)


runtime.Worker._drain_stderr_bounded = read_log
