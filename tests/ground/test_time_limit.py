"""Work that takes too long is interrupted, whatever thread it is in; other work never is."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from flows.ground.time_limit import LateError, TimeLimit


def for_ever() -> None:
    while True:
        pass


def deep_for_ever() -> None:
    """Nothing that handles errors on the way ends it."""
    try:
        for_ever()
    except Exception:
        pytest.fail("an error that work may handle")
    finally:
        sum(range(10))


def going_on() -> None:
    """Work that is interrupted by nothing once."""
    try:
        for_ever()
    except BaseException:
        for_ever()


def in_one_call() -> None:
    assert pow(3, 1_500_000)


def waiting() -> None:
    """Nothing ever comes, and the processor has nothing to do."""
    time.sleep(2)


@pytest.mark.parametrize("work", [for_ever, deep_for_ever, going_on, in_one_call, waiting])
def test_what_takes_too_long_is_late(work: Callable[[], None]) -> None:
    limit = TimeLimit(0.05)
    with pytest.raises(LateError):
        limit.run(work)
    # More than the machine may be busy with other things.
    limit.seconds = 60
    assert limit.run(lambda: "sound") == "sound"


def test_work_that_the_processor_has_no_time_for_is_not_late() -> None:
    """As on a machine that others keep busy: a sound file would be sent anew in vain."""
    TimeLimit(0.2).run(lambda: time.sleep(0.5))


def test_it_is_so_in_any_thread() -> None:
    limit, told = TimeLimit(0.05), []

    def work() -> None:
        with pytest.raises(LateError):
            limit.run(for_ever)
        limit.seconds = 60
        told.append(limit.run(lambda: "sound"))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert told == ["sound"]


def busy_until(moment: float) -> None:
    while time.monotonic() < moment:
        pass


def test_nothing_arrives_in_other_work() -> None:
    """Work that ends just as its time does, again and again."""
    limit, late = TimeLimit(0.002), 0
    for number in range(300):
        moment = time.monotonic() + 0.0015 + number % 10 * 0.0001
        try:
            limit.run(partial(busy_until, moment))
        except LateError:
            late += 1
        sum(range(1_000))
    assert late > 0


def test_an_error_of_the_work_is_its_own() -> None:
    with pytest.raises(ZeroDivisionError):
        TimeLimit(60).run(lambda: 1 / 0)
    with pytest.raises(KeyboardInterrupt):
        TimeLimit(60).run(lambda: (_ for _ in ()).throw(KeyboardInterrupt))


def test_one_thread_watches_all() -> None:
    before = threading.active_count()
    limit = TimeLimit(60)
    for _ in range(100):
        limit.run(int)
    assert threading.active_count() <= before + 1


def test_what_was_late_says_so() -> None:
    with pytest.raises(LateError, match=r"^took more than 0\.05 seconds$"):
        TimeLimit(0.05).run(for_ever)


def test_nothing_is_left_that_the_interpreter_looks_for_at_every_call() -> None:
    """CPython 3.11 hung in the first function that was profiled after a file had been late."""
    late = """
import sys
from flows.ground.time_limit import LateError, TimeLimit
try:
    TimeLimit(0.05).run(lambda: pow(3, 1_500_000))
except LateError:
    sys.setprofile(lambda *event: None)
    (lambda: None)()
    sys.setprofile(None)
    print("sound")
"""
    done = subprocess.run(
        [sys.executable, "-c", late], check=False, capture_output=True, timeout=60, text=True
    )
    assert done.stdout == "sound\n", done.stderr
