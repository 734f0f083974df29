"""LocalStack's Step Functions interpreter as a program: cases in, one JSON a line, and what became of each out, in their order.

A case is {id, machines: {name: ASL}, start, input, mocks, timed}. `mocks` scripts what functions answer:

  {key: [step, ...]} or {key: {"<index of the iteration>" or "*": [step, ...]}}; the last step repeats.

  key   the name of a state; or of a function; or of a function and the `task` in its payload: "run-task 12"
  step  {"Return": payload}, {"Throw": {"errorType", "errorMessage"}}, {"ClientError": {"code", "message", "status"}}, or {"Never": true}: no answer
        + "Token": {"output"} or {"error", "cause"}, or null: nobody answers it. "early": true: before the function returns
        + "DelaySeconds" and "afterSeconds" (of the token), for cases that are timed

A case that is `timed` takes that share of its time. Any other takes none: retries follow at once, and a time-out comes where the script says
that there is no answer, and only there, however busy the machine.
"""

import json
import os
import sys
import threading
import time

from interpreter import AmazonStateLanguageParser
from world import World

# without a call: a case that is stuck must not hold up the others
GIVEN_UP_AFTER_SEC = 60


def run_case(case):
    start = case.get("start", "main")
    try:
        AmazonStateLanguageParser.parse(json.dumps(case["machines"][start], ensure_ascii=False))
    except Exception as error:
        return {"id": case["id"], "status": "DEFINITION_ERROR", "error": repr(error)[:400]}
    world = World(case)
    execution = world.start(start, case.get("input", {}), "e0")
    calls, called_at = 0, time.time()
    while execution.exec_status == "RUNNING" and time.time() < called_at + GIVEN_UP_AFTER_SEC:
        time.sleep(0.002)
        if len(world.calls) > calls:
            calls, called_at = len(world.calls), time.time()
    described = execution.to_describe_output()
    return {
        "id": case["id"],
        "status": described["status"],
        "error": described.get("error"),
        "cause": described.get("cause"),
        "output": json.loads(described["output"]) if described.get("output") is not None else None,
        "calls": world.calls,
        "sleeps": world.sleeps,
        "histories": {arn: events_of(each) for arn, each in world.executions.items()},
    }


def events_of(execution):
    events = execution.to_history_output()["events"]
    return [{key: value for key, value in event.items() if key != "timestamp"} for event in events]


def main():
    # a Map's worker goes from iteration to iteration by recursion
    sys.setrecursionlimit(100_000)
    # a large machine is thousands of threads that hand one lock on
    sys.setswitchinterval(0.0002)
    threading.stack_size(16 * 1024 * 1024)
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(run_case(json.loads(line)), default=str), flush=True)
    # threads that wait for nothing any more would keep it
    os._exit(0)


if __name__ == "__main__":
    main()
