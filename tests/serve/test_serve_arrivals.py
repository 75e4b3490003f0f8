"""When there is something whole to be refreshed for, by a clock of the test's own."""

from flows.serve.arrivals import Arrivals, Signs


def of(size: int) -> Signs:
    return size, 0, 0


def test_a_file_has_arrived_once_it_is_still() -> None:
    arrivals = Arrivals(still_seconds=2, patience_seconds=5)
    arrivals.look("甲", of(10), 0)
    assert not arrivals.is_due(1.9)
    assert arrivals.is_due(2)
    assert arrivals.take(2) == 1
    assert not arrivals.is_due(3)


def test_a_growing_file_is_refreshed_for_once_it_is_still() -> None:
    arrivals = Arrivals(2, 5)
    for second in range(60):
        arrivals.look("甲", of(second), second)
        assert not arrivals.is_due(second)
    arrivals.look("甲", of(59), 60)
    assert arrivals.is_due(61)


def test_many_files_are_one_refresh() -> None:
    """One every half second for four seconds: nothing is due before the last is still."""
    arrivals = Arrivals(2, 5)
    for number in range(8):
        now = number / 2
        arrivals.look(f"{number}", of(1), now)
        assert not arrivals.is_due(now)
    assert arrivals.is_due(5.5)
    assert arrivals.take(5.5) == 8


def test_what_keeps_growing_keeps_no_other_waiting_for_long() -> None:
    arrivals = Arrivals(2, 5)
    arrivals.look("甲", of(10), 0)
    for second in range(8):
        arrivals.look("大", of(second), second)
        assert arrivals.is_due(second) == (second >= 7)
    assert arrivals.take(7) == 1
    assert arrivals.paths == ["大"]


def test_what_goes_again_is_nothing() -> None:
    arrivals = Arrivals(2, 5)
    arrivals.look("~$甲", of(10), 0)
    arrivals.look("~$甲", None, 1)
    assert not arrivals.is_due(10)
