"""What is marked as at hand: what a dead run was at, and nothing that any run is through with."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.store.at_hand import AtHand


def ended_at(folder: Path, *receipts: int) -> None:
    """A run is ended while it is at these files, and the next one begins."""
    handled = AtHand(folder).at("read", receipts)
    handled.__enter__()
    AtHand(folder).begin()
    del handled


def test_what_went_wrong_is_at_hand_no_more(tmp_path: Path) -> None:
    at_hand = AtHand(tmp_path)
    with pytest.raises(ZeroDivisionError), at_hand.at("normalise", [1, 2]):
        raise ZeroDivisionError
    assert at_hand.suspects() == {}
    # File by file, then the next stage: none of it brings back what is over.
    with at_hand.at_one("normalise", 1):
        assert (tmp_path / "mark").read_bytes() == b"normalise 1\n"
    with at_hand.at("validate", [3]):
        assert at_hand.suspects() == {3: 0}
    assert at_hand.suspects() == {}


def test_what_goes_wrong_within_leaves_what_is_at_hand_around_it(tmp_path: Path) -> None:
    at_hand = AtHand(tmp_path)
    with at_hand.at("load", [1, 2]):
        with pytest.raises(ZeroDivisionError), at_hand.at("rehearse", [2]):
            raise ZeroDivisionError
        assert at_hand.suspects() == {1: 0, 2: 0}


def test_where_the_memory_did_not_suffice_the_mark_stays_until_the_next(tmp_path: Path) -> None:
    at_hand = AtHand(tmp_path)
    with pytest.raises(MemoryError), at_hand.at("normalise", [1, 2]):
        raise MemoryError
    assert at_hand.suspects() == {1: 0, 2: 0}
    with at_hand.at("validate", [3]):
        assert at_hand.suspects() == {3: 0}
    assert at_hand.suspects() == {}


def test_ends_are_counted_for_who_was_alone(tmp_path: Path) -> None:
    ended_at(tmp_path, 1, 2)
    assert AtHand(tmp_path).suspects() == {1: 0, 2: 0}
    for times in (1, 2):
        ended_at(tmp_path, 2)
        assert AtHand(tmp_path).suspects() == {1: 0, 2: times}


def test_a_run_at_work_is_no_end_of_one(tmp_path: Path) -> None:
    """`check` and `verify` ask without the lock, while a refresh tries a suspect again."""
    ended_at(tmp_path, 2)
    with AtHand(tmp_path).at("rehearse", [2]):
        assert AtHand(tmp_path).suspects() == {2: 1}
