"""A thrown error keeps its name, and the worker that threw it lives on.

Step Functions chooses Retry and Catch by the error's name. MiniStack calls every thrown error `Runtime.HandlerError`, and ends the
worker process, so that each call after an error is a cold start. Here the worker answers normally with the error put beside the
result, as AWS's runtime for Node reports it: errorType, errorMessage, trace.
"""

import threading

import ministack.core.lambda_runtime as runtime
import ministack.services.lambda_svc as service

# what the worker's script does with an error: of an async handler, and of one that throws at once
ASYNC_REPLY = 'status: "error", error: String(err.message || err), trace: err.stack || ""'
SYNC_REPLY = 'status: "error", error: e.message, trace: e.stack'


def named_reply(variable: str) -> str:
    return """status: "ok", result: null, thrown: (ERR instanceof Error)
            ? { errorType: ERR.name || "Error", errorMessage: ERR.message || "", trace: String(ERR.stack || "").split("\\n") }
            : { errorType: typeof ERR, errorMessage: String(ERR), trace: [] }""".replace("ERR", variable)


script = runtime._NODEJS_WORKER_SCRIPT
assert script.count(ASYNC_REPLY) == 1 and script.count(SYNC_REPLY) == 1, "the worker's script is not the one this patch is for"
runtime._NODEJS_WORKER_SCRIPT = script.replace(ASYNC_REPLY, named_reply("err")).replace(SYNC_REPLY, named_reply("e"))

# from the worker's answer to the invocation's, both in one thread
current = threading.local()
original_invoke = runtime.Worker.invoke
original_execute = service._execute_function_warm


def invoke(self, *args, **kwargs):
    reply = original_invoke(self, *args, **kwargs)
    current.thrown = reply.pop("thrown", None)
    if current.thrown:
        reply["status"] = "error"
        reply["error"] = current.thrown["errorMessage"]
        reply["trace"] = "\n".join(current.thrown["trace"])
    return reply


def execute_function_warm(func, event, request_id):
    current.thrown = None
    result = original_execute(func, event, request_id)
    if result.get("error") and current.thrown:
        result["body"] = current.thrown
    return result


runtime.Worker.invoke = invoke
service._execute_function_warm = execute_function_warm
