"""An invocation that is under way when its function is updated or deleted comes to its end.

MiniStack kills the worker in the middle of it. AWS lets the old environment finish; only new invocations get the new code.
"""

import threading

import ministack.core.lambda_runtime as runtime
import ministack.services.lambda_svc as service

original_invalidate = runtime.invalidate_worker
original_kill = runtime.kill_workers
original_release = runtime.release_worker
current = threading.local()


def invalidate_worker(*args, **kwargs):
    current.spares_busy = True
    try:
        original_invalidate(*args, **kwargs)
    finally:
        current.spares_busy = False


def kill_workers(workers):
    if not getattr(current, "spares_busy", False):
        return original_kill(workers)
    for worker in workers:
        worker.retired = worker.in_use
    return original_kill([worker for worker in workers if not worker.in_use])


def release_worker(worker):
    original_release(worker)
    if getattr(worker, "retired", False):
        original_kill([worker])


for module in (runtime, service):
    module.invalidate_worker = invalidate_worker
    module.release_worker = release_worker
runtime.kill_workers = kill_workers
