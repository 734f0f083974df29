"""Branches of a Parallel and iterations of a Map: variables of their own, entries in the history, an end when the execution ends.

MiniStack shares one set of variables between all branches, writes nothing of them to the history, and lets them run on after
StopExecution.
"""

import copy
import json

import ministack.services.stepfunctions as sfn


def run_sub_machine(states, start_at, input_data, execution, context):
    context = copy.deepcopy(context)
    name, data = start_at, copy.deepcopy(input_data)
    while name:
        if execution["status"] != "RUNNING":
            raise sfn._ExecutionError("States.Aborted", "execution stopped")
        state = states.get(name)
        if not state:
            raise sfn._ExecutionError("States.Runtime", f"State '{name}' not found")
        entered, kind = name, state.get("Type")
        context["State"] = {"Name": name, "EnteredTime": sfn.now_iso(), "RetryCount": 0}
        record(execution, f"{kind}StateEntered", "stateEnteredEventDetails", {"name": name, "input": json.dumps(data)})
        data, name = execute_state(state, kind, data, execution, context)
        record(execution, f"{kind}StateExited", "stateExitedEventDetails", {"name": entered, "output": json.dumps(data)})
    return data


def execute_state(state, kind, data, execution, context):
    """What the state gives, and the name of the next one."""
    if kind == "Fail":
        raise sfn._ExecutionError(*sfn._fail_state_error(state, data, context))
    if kind == "Succeed":
        return sfn._apply_jsonata_output(state, data, context, default=data), None
    execute = getattr(sfn, "_execute_" + kind.lower())
    if kind in ("Task", "Parallel", "Map"):
        return execute(state, data, execution, context)
    return execute(state, data, context)


def record(execution, kind, details_name, details):
    sfn._add_event(execution, kind, {details_name: details})


sfn._run_sub_machine = run_sub_machine
