"""MiniStack with its gaps closed: run in the foreground, as a child of test/e2e/run.ts.

Each module of patches/ replaces functions of MiniStack in memory, at import; none writes into its installation.
"""

import importlib.metadata
import os
import signal
import threading
import time

from patches import branches, busy_workers, executions, function_logs, lambda_errors, log_groups, resources, retry_delays, task_timeouts, task_tokens  # noqa: F401

PATCHED_VERSION = "1.5.33"


def end_with_parent():
    """Also where the parent is killed and cannot stop its child."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    version = importlib.metadata.version("ministack")
    if version != PATCHED_VERSION:
        raise SystemExit(f"these patches are for ministack {PATCHED_VERSION}, this is {version}")
    from ministack.app import main

    threading.Thread(target=end_with_parent, daemon=True).start()
    main()
