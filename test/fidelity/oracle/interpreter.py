"""The interpreter, taken out of LocalStack: no server, no containers, nothing fetched. What is replaced of it is replaced here and in `waits.py`."""

import functools
import importlib
import logging
import os
import sys
import threading
import types

logging.disable(logging.CRITICAL)

PACKAGE = "localstack.services.stepfunctions."

# of moto it uses an enum only
for name in ("moto", "moto.batch", "moto.batch.utils"):
    sys.modules.setdefault(name, types.ModuleType(name))
sys.modules["moto.batch.utils"].JobStatus = type("JobStatus", (), {"__getattr__": lambda self, key: key})()


class _Jsonata:
    """Stands for the installer, which would fetch a Java runtime and the jars."""

    def install(self):
        pass

    def get_java_lib_path(self):
        return os.environ["ORACLE_LIBJVM"]

    def get_installed_dir(self):
        return os.environ["ORACLE_JARS"]


_packages = types.ModuleType(PACKAGE + "packages")
_packages.jpype_jsonata_package = types.SimpleNamespace(get_installer=lambda *_: _Jsonata())
sys.modules[_packages.__name__] = _packages


def part(name):
    return importlib.import_module(PACKAGE + name)


_execution = part("backend.execution")
_machine = part("backend.state_machine")
AmazonStateLanguageParser = part("asl.parse.asl_parser").AmazonStateLanguageParser
Environment = part("asl.eval.environment").Environment
ExecutionState = part("asl.component.state.state_execution.execute_state").ExecutionState
Execution = _execution.Execution
StateMachineRevision = _machine.StateMachineRevision
callbacks = part("asl.eval.callback.callback")
lambda_calls = part("asl.component.state.state_execution.state_task.lambda_eval_utils")
nested_executions = part("asl.component.state.state_execution.state_task.service.state_task_service_sfn")

Execution.publish_execution_status_change_event = lambda self: None  # there is no EventBridge
# a definition comes once for each scenario; what a run counts stands in its environment, not in the parsed program
AmazonStateLanguageParser.parse = staticmethod(functools.lru_cache(maxsize=16)(AmazonStateLanguageParser.parse))


def _escape_variables():
    """It splices variables that are text into expressions as they are."""
    to_json = part("asl.utils.encoding").to_json_str
    name = "encode_jsonata_variable_declarations"

    def encode(bindings):
        return "".join(f"{key}:={to_json(value)};" for key, value in bindings.items())

    part("asl.jsonata.jsonata")
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(PACKAGE) and hasattr(module, name):
            setattr(module, name, encode)


def _remember_iterations():
    """States inside an iteration do not see which one it is: frames lose `context.Map`."""
    original = Environment.as_inner_frame_of.__func__

    def as_inner_frame_of(cls, env, *args, **named):
        frame = original(cls, env, *args, **named)
        iteration = env.states.context_object.context_object_data.get("Map")
        frame.iteration = iteration["Item"]["Index"] if iteration else getattr(env, "iteration", None)
        return frame

    Environment.as_inner_frame_of = classmethod(as_inner_frame_of)


def _renew_tokens():
    """Each attempt has its own token on AWS; here a retry would find the spent one."""
    original = ExecutionState._evaluate_with_timeout

    def evaluate_with_timeout(self, env):
        context = env.states.context_object.context_object_data
        if "Task" in context:
            env.callback_pool_manager.add(env.states.context_object.update_task_token())
        return original(self, env)

    ExecutionState._evaluate_with_timeout = evaluate_with_timeout


def _hear_early_answers():
    """With HeartbeatSeconds it would miss an answer that came before the function had returned, and wait for the time-out."""
    original = callbacks.CallbackEndpoint.setup_heartbeat_endpoint

    def setup_heartbeat_endpoint(self, heartbeat_seconds):
        endpoint = original(self, heartbeat_seconds)
        if self.get_outcome() is not None:
            endpoint.notify()
        return endpoint

    callbacks.CallbackEndpoint.setup_heartbeat_endpoint = setup_heartbeat_endpoint


def _name_counters_once():
    """Counters of retries are kept under names made at first use; two iterations that come at once would each make one, and count anew."""
    component = part("asl.component.eval_component").EvalComponent
    original, lock = component.heap_key.fget, threading.Lock()

    def heap_key(self):
        with lock:
            return original(self)

    component.heap_key = property(heap_key)


def _end_as_a_whole():
    """An execution has its last status a moment before its output or its error: who started it may ask just then."""
    communication, lock = _execution.BaseExecutionWorkerCommunication, threading.RLock()

    def locked(original):
        @functools.wraps(original)
        def call(self):
            with lock:
                return original(self)

        return call

    communication._reflect_execution_status = locked(communication._reflect_execution_status)
    Execution.to_describe_output = locked(Execution.to_describe_output)


def _read_once():
    """The description of an AWS API, and each path, are read anew for every state: most of the time that a large machine takes."""
    paths, results = part("asl.utils.json_path"), part("asl.component.common.path.result_path")
    for module in (paths, results):
        module.parse = functools.lru_cache(maxsize=1024)(module.parse)
    service = part("asl.component.state.state_execution.state_task.service.state_task_service")
    service.load_service = functools.cache(service.load_service)
    for name in ("lambda", "stepfunctions"):
        service.load_service(service=name)  # before many threads would


_read_once()
_escape_variables()
_remember_iterations()
_renew_tokens()
_hear_early_answers()
_name_counters_once()
_end_as_a_whole()
