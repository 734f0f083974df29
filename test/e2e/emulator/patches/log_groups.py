"""A log group that was deleted stays deleted.

MiniStack makes a function's log group anew with each invocation that logs. The functions of a stack may not: their roles let them
write to the log group that they were given, and no more.
"""

import ministack.services.cloudwatch_logs as logs
import ministack.services.lambda_svc as service

original_emit = service._emit_lambda_logs


def emit_lambda_logs(func, *args, **kwargs):
    config = func.get("config") or func
    group = (config.get("LoggingConfig") or {}).get("LogGroup")
    if group and group not in logs._log_groups:
        return
    original_emit(func, *args, **kwargs)


service._emit_lambda_logs = emit_lambda_logs
