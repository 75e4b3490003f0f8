"""Files are judged in batches: what is too much for one is judged with the next files, not by itself."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from house import ZONE

from flows import judging
from flows.read import Limits, Readers
from flows.recognise import Draft, Origin
from flows.settle import load
from flows.settle.load import Judged
from flows.store.archive import Archive
from flows.store.journal import Journal, Receipt

NOON = dt.datetime(2021, 5, 6, 12, tzinfo=dt.UTC)


def test_each_batch_pandera_is_called_for_is_as_full_as_it_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[list[int]] = []

    def judge_three(receipts: Sequence[Receipt], *_: Any) -> Judged:
        batches.append([one.number for one in receipts])
        drafts = [
            Draft(Origin(one.number, one.path, NOON.date()), f"{one.number:06d}-1")
            for one in receipts[:3]
        ]
        return Judged(drafts, [], [], frozenset(), [])

    monkeypatch.setattr(judging, "BATCH", 4)
    monkeypatch.setattr(judging, "judge", judge_three)
    monkeypatch.setattr(load, "load", lambda *_: None)
    received = [Receipt(n, "run", NOON, f"{n}.xlsx", f"{n:064}", 1, NOON) for n in range(1, 11)]
    with (
        duckdb.connect() as con,
        Readers(Limits()) as readers,
        judging.Care(ZONE, Journal(tmp_path), Archive(tmp_path), readers, {}) as care,
    ):
        care.load_all(con, received)
    assert batches == [[1, 2, 3, 4], [4, 5, 6, 7], [7, 8, 9, 10], [10]]
