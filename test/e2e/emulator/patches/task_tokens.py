"""waitForTaskToken: a token of its own for each attempt, heartbeats that expire, and functions that throw.

MiniStack makes one token for a state, never looks at HeartbeatSeconds, and waits on for the token of a function that threw.
"""

import contextvars
import threading
import time

import ministack.services.stepfunctions as sfn

original_arguments = sfn._apply_jsonata_arguments
original_call = sfn._call_lambda
original_with_callback = sfn._invoke_with_callback
current = threading.local()


class FunctionThrew(Exception):
    """Carries an error of the function past MiniStack, which would swallow an _ExecutionError here."""

    def __init__(self, error):
        super().__init__(str(error))
        self.error = error


def apply_jsonata_arguments(state, raw_input, context=None):
    if ".waitForTaskToken" in state.get("Resource", ""):
        context["Task"] = {"Token": sfn.new_uuid()}
    return original_arguments(state, raw_input, context)


def call_lambda(reference, event):
    try:
        return original_call(reference, event)
    except sfn._ExecutionError as error:
        if getattr(current, "waits_for_token", False):
            raise FunctionThrew(error) from None
        raise


def watch_heartbeat(token, heartbeat_sec):
    """Fails the token once no heartbeat came for so long."""
    last, since = None, time.monotonic()
    while True:
        time.sleep(min(0.2, heartbeat_sec / 5))
        info = sfn._task_tokens.get(token)
        silent_sec = time.monotonic() - since
        if info is None:  # not yet known, or over
            if silent_sec > heartbeat_sec + 5:
                return
            continue
        if info["event"].is_set():
            return
        if info["heartbeat"] != last:
            last, since = info["heartbeat"], time.monotonic()
        elif silent_sec > heartbeat_sec:
            info["error"] = {"Error": "States.HeartbeatTimeout", "Cause": ""}
            info["event"].set()
            return


def invoke_with_callback(resource, data, token, state):
    heartbeat_sec = state.get("HeartbeatSeconds")
    if heartbeat_sec:
        # the account and region of a request are context variables
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(watch_heartbeat, token, heartbeat_sec), daemon=True).start()
    current.waits_for_token = True
    try:
        return original_with_callback(resource, data, token, state)
    except FunctionThrew as threw:
        sfn._task_tokens.pop(token, None)
        raise threw.error from None
    finally:
        current.waits_for_token = False


sfn._apply_jsonata_arguments = apply_jsonata_arguments
sfn._call_lambda = call_lambda
sfn._invoke_with_callback = invoke_with_callback
