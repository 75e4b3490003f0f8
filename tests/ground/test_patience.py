"""What is waited for, how often, and what never is."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.ground.durable import writing
from flows.ground.errors import SettingsError, WarehouseError
from flows.ground.patience import WAITS, Patience, passes


class Failing:
    """Work that fails so often before it succeeds."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left, self.error = times, error

    def __call__(self) -> str:
        self.left -= 1
        if self.left >= 0:
            raise self.error
        return "done"


def system(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.mark.parametrize("number", [errno.EBUSY, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN])
def test_a_busy_file_or_a_folder_that_is_away_is_tried_again(
    slept: list[float], number: int, caplog: pytest.LogCaptureFixture
) -> None:
    assert (
        Patience(sleep=slept.append).with_patience("甲.xlsx", Failing(2, system(number))) == "done"
    )
    assert slept == list(WAITS[:2])
    assert [one.getMessage().startswith("甲.xlsx: ") for one in caplog.records] == [True, True]


def test_what_stays_away_is_given_up(slept: list[float]) -> None:
    with pytest.raises(OSError, match=os.strerror(errno.ESTALE)):
        Patience(sleep=slept.append).with_patience("x", Failing(99, system(errno.ESTALE)))
    assert slept == list(WAITS)


@pytest.mark.parametrize(
    "error",
    [
        system(errno.EACCES),
        system(errno.ENOENT),
        system(errno.ENOSPC),
        ValueError("坏数据"),
        SettingsError("zone.toml: 行3"),
    ],
)
def test_bad_data_and_settings_are_never_waited_for(slept: list[float], error: Exception) -> None:
    with pytest.raises(type(error)):
        Patience(sleep=slept.append).with_patience("x", Failing(1, error))
    assert slept == []


def test_a_run_waits_no_longer_however_many_files_are_away(slept: list[float]) -> None:
    patience = Patience(10, slept.append)
    for _ in range(100):
        with pytest.raises(OSError):
            patience.with_patience("x", Failing(99, system(errno.EHOSTUNREACH)))
    assert sum(slept) <= 10


def refused(number: int) -> Callable[[], None]:
    def work() -> None:
        with writing(Path()):
            raise system(number)

    return work


def test_what_the_system_said_counts_and_not_what_became_of_it() -> None:
    for number, expected in ((errno.EIO, True), (errno.ENOSPC, False)):
        with pytest.raises(WarehouseError) as caught:
            refused(number)()
        assert passes(caught.value) is expected
