"""What is around the interpreter while a case runs: the functions, as they are scripted, and the executions that others start."""

import datetime
import json
import threading
import time

from botocore.exceptions import ClientError
from interpreter import Execution, StateMachineRevision, callbacks, lambda_calls, nested_executions
from localstack.utils.threads import TMP_THREADS
from waits import Waits, scaled

ACCOUNT = "arn:aws:states:us-east-1:000000000000"
ROLE = "arn:aws:iam::000000000000:role/r"


class World:
    """One case. One is run at a time."""

    current = None

    def __init__(self, case):
        self.mocks, self.machines = case.get("mocks", {}), case["machines"]
        self.executions, self.calls, self.sleeps = {}, [], []
        self._taken, self._lock = {}, threading.Lock()
        Waits.share, Waits.sleeps = case.get("timed", 0), self.sleeps
        World.current = self
        TMP_THREADS.clear()  # it remembers every thread for ever

    def start(self, machine, input, name=None):
        revision = StateMachineRevision(
            name=machine,
            arn=f"{ACCOUNT}:stateMachine:{machine}",
            definition=json.dumps(self.machines[machine], ensure_ascii=False),
            role_arn=ROLE,
            logging_config={},
            cloud_watch_logging_configuration=None,
        )
        with self._lock:
            name = name or f"e{len(self.executions)}"
            arn = f"{ACCOUNT}:execution:{machine}:{name}"
            execution = self.executions[arn] = Execution(
                name=name,
                sm_type="STANDARD",
                role_arn=ROLE,
                exec_arn=arn,
                account_id="000000000000",
                region_name="us-east-1",
                state_machine=revision,
                start_date=datetime.datetime.now(tz=datetime.UTC),
                cloud_watch_logging_session=None,
                activity_store={},
                input_data=input,
            )
        execution.start()
        return execution

    def next_step(self, state, iteration, function, payload):
        """The answer to a call. Calls are counted by what scripts them."""
        task = payload.get("task") if isinstance(payload, dict) else None
        key = next((key for key in (state, f"{function} {task}", function) if key in self.mocks), None)
        if key is None:
            raise KeyError(f"no answer is scripted for {function} {task} in {state}")
        steps = self.mocks[key]
        if isinstance(steps, dict):
            steps, key = steps[str(iteration) if str(iteration) in steps else "*"], (key, iteration)
        with self._lock:
            attempt = self._taken.get(key, 0)
            self._taken[key] = attempt + 1
            self.calls.append({"state": state, "index": iteration, "attempt": attempt})
        return steps[min(attempt, len(steps) - 1)]

    def answer_token(self, token, answer):
        if "error" in answer:
            outcome = callbacks.CallbackOutcomeFailure(callback_id=token, error=answer["error"], cause=answer.get("cause"))
        else:
            outcome = callbacks.CallbackOutcomeSuccess(callback_id=token, output=json.dumps(answer["output"]))
        for execution in list(self.executions.values()):
            env = execution.exec_worker.env
            if env and env.callback_pool_manager.notify(token, outcome):
                return


def invoke(env, parameters, region, state_credentials):
    world = World.current
    payload = json.loads(parameters.get("Payload") or b"{}")
    step = world.next_step(env.next_state_name, getattr(env, "iteration", None), parameters.get("FunctionName"), payload)
    token = env.states.context_object.context_object_data.get("Task", {}).get("Token")
    answered = step.get("Token")
    if token and answered is None:
        threading.current_thread().fall_silent()
    elif token and step.get("early"):
        world.answer_token(token, answered)
    elif token:
        timer = threading.Timer(scaled(step.get("afterSeconds", 0)), world.answer_token, (token, answered))
        timer.daemon = True
        timer.start()
    time.sleep(scaled(step.get("DelaySeconds", 0)))
    if step.get("Never"):
        threading.current_thread().fall_silent()
        raise SystemExit  # ends this thread; who waits for it is not told
    if "ClientError" in step:
        error = step["ClientError"]
        status = {"HTTPStatusCode": error.get("status", 400), "RequestId": "req-1"}
        raise ClientError({"Error": {"Code": error["code"], "Message": error.get("message", "")}, "ResponseMetadata": status}, "Invoke")
    if "Throw" in step:
        raise lambda_calls.LambdaFunctionErrorException("Unhandled", json.dumps(step["Throw"], separators=(",", ":")))
    env.stack.append({"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": step.get("Return")})


class StepFunctionsClient:
    """What a state that starts executions calls."""

    def start_execution(self, stateMachineArn, input="{}", name=None, **_):
        execution = World.current.start(stateMachineArn.rsplit(":", 1)[1], json.loads(input), name)
        return {"executionArn": execution.exec_arn, "startDate": execution.start_date}

    def describe_execution(self, executionArn):
        return World.current.executions[executionArn].to_describe_output()


lambda_calls.execute_lambda_function_integration = invoke
nested_executions.boto_client_for = lambda service, region, state_credentials: StepFunctionsClient()
