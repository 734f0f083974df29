"""All that takes time in the interpreter: a case that is timed takes a share of it, any other none.

Untimed, an attempt is waited for without end, unless its script says that no answer will come: then its thread is marked `silent`, and what
waits for it goes on after a moment, the longer the longer its time-out is, so that of two time-outs the shorter one comes first.
"""

import math
import threading
import time
import types

from interpreter import callbacks, part


class Waits:
    """How the case that is run takes its time."""

    # what becomes of a second; 0: untimed
    share = 0
    sleeps = []


def scaled(seconds):
    return min(seconds * Waits.share, 1e6)


def moment(seconds):
    return 0.02 * math.log1p(seconds)


class Answer(threading.Event):
    """What an attempt, or a token, is waited for with."""

    def __init__(self):
        super().__init__()
        self._given_up = threading.Event()
        _made.latest = self

    def set(self):
        super().set()
        self._given_up.set()

    def clear(self):
        super().clear()
        self._given_up.clear()

    def give_up(self):
        self._given_up.set()

    def wait(self, timeout=None):
        if Waits.share > 0:
            return super().wait(None if timeout is None else scaled(timeout))
        if not getattr(threading.current_thread(), "silent", False):
            self._given_up.wait()
        return super().wait(moment(timeout or 0))


class Attempt(threading.Thread):
    """The thread of an attempt; the interpreter makes what it is waited for with just before it."""

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.silent = False
        self._answer = _made.latest

    def fall_silent(self):
        self.silent = True
        self._answer.give_up()


_made = threading.local()


class ExecutionThread(threading.Thread):
    def join(self, timeout=None):
        super().join(None if timeout is None or Waits.share == 0 else scaled(timeout))


def sleep(seconds):
    Waits.sleeps.append(seconds)
    time.sleep(scaled(seconds))


def wait_state(self, env, wait_seconds):
    Waits.sleeps.append(wait_seconds)
    end = time.time() + scaled(wait_seconds)
    while env.is_running() and time.time() < end:
        env.program_state_event.wait(max(0.001, end - time.time()))


_states = part("asl.component.state.state_execution.execute_state")
_states.threading = types.SimpleNamespace(Event=Answer)
_states.Thread = Attempt
callbacks.Event = Answer
part("asl.component.common.retry.retrier_decl").time = types.SimpleNamespace(sleep=sleep)
part("asl.component.state.state_wait.wait_function.wait_function").WaitFunction._wait_interval = wait_state
part("asl.component.state.state_execution.state_task.service.state_task_service_callback")._DELAY_SECONDS_SYNC_CONDITION_CHECK = 0.01
part("asl.component.program.program").threading = types.SimpleNamespace(**{**vars(threading), "Thread": ExecutionThread})
