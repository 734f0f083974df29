"""Executions: nothing happens to one that has ended; the same start twice is one execution; how a failed child is reported."""

import json

import ministack.services.stepfunctions as sfn

original_add_event = sfn._add_event
original_fail = sfn._fail_execution
original_start = sfn._start_execution


def add_event(execution, kind, details=None):
    if execution["status"] != "RUNNING" and not kind.startswith("Execution"):
        return None
    return original_add_event(execution, kind, details)


def fail_execution(execution, error, cause):
    # ABORTED stays ABORTED
    if execution["status"] == "RUNNING":
        original_fail(execution, error, cause)


def start_execution(data):
    """StartExecution is idempotent on name and input while the execution runs."""
    machine = sfn._resolve_state_machine_arn(data.get("stateMachineArn", ""))
    if machine and data.get("name"):
        arn = machine.replace(":stateMachine:", ":execution:") + ":" + data["name"]
        running = sfn._executions.get(arn)
        if running and running["status"] == "RUNNING" and running["input"] == data.get("input", "{}"):
            return sfn.json_response({"executionArn": arn, "startDate": running["startDate"]})
    return original_start(data)


def nested_execution_failure(child):
    """startExecution.sync:2 fails as States.TaskFailed with the child's description as the cause."""
    fields = ("executionArn", "stateMachineArn", "name", "status", "error", "cause", "input")
    description = {field[0].upper() + field[1:]: child[field] for field in fields if child.get(field)}
    return "States.TaskFailed", json.dumps(description)


sfn._add_event = add_event
sfn._fail_execution = fail_execution
sfn._start_execution = start_execution
sfn._nested_execution_failure = nested_execution_failure
