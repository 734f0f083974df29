"""TimeoutSeconds and HeartbeatSeconds as JSONata expressions, which MiniStack takes for numbers; and their errors' names.

`States.HeartbeatTimeout` is a `States.Timeout` too, for Retry and Catch.
"""

import ministack.services.stepfunctions as sfn

original_task = sfn._execute_task
original_matches = sfn._error_matches


def execute_task(state, raw_input, execution, context):
    for field in ("TimeoutSeconds", "HeartbeatSeconds"):
        if isinstance(state.get(field), str):
            seconds = sfn._jsonata_state_field(state, field, "number", raw_input, context)
            state = {**state, field: seconds}
    return original_task(state, raw_input, execution, context)


def error_matches(error_equals, error):
    if original_matches(error_equals, error):
        return True
    return error == "States.HeartbeatTimeout" and "States.Timeout" in error_equals


sfn._execute_task = execute_task
sfn._error_matches = error_matches
