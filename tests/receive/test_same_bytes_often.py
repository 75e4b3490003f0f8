"""The same bytes at very many places: each place is asked about, and not each pair of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.read.grid import Book, Grid
from flows.receive.inbox import Known, Owner
from flows.recognise import received
from flows.recognise.names import owner_named
from flows.recognise.returned import recognise_any
from flows.store.archive import Archive
from flows.store.handling import Handling
from flows.store.journal import Receipt

ZONE = load_zone(PROJECT / "zone.toml")
NOW = dt.datetime(2021, 6, 2, tzinfo=dt.UTC)


def receipt(number: int) -> Receipt:
    path = f"{2000 + number // 12}-{number % 12 + 1:02d}/招商局/a.xlsx"
    return Receipt(number, "run", NOW, path, "0" * 64, 9, NOW)


def asked_for(places: int) -> int:
    """How often names are looked at when bytes turn up at so many places of other owners."""
    asked = 0

    def counted(path: str) -> Owner:
        nonlocal asked
        asked += 1
        return owner_named(path, ZONE)

    known = Known([], counted)
    for number in range(1, places + 1):
        new = receipt(number)
        assert known.same_as(new.path, new.sha256) is None
        known.add(new)
        again = receipt(number)
        assert known.same_as(f"{again.path.removesuffix('a.xlsx')}b.xlsx", again.sha256) == new
    return asked


def test_names_are_looked_at_once_a_place() -> None:
    assert asked_for(400) <= 2 * asked_for(200) + 10


class _Readers:
    """Reads the same little table wherever it is asked to."""

    def read(self, files: Mapping[int, Path]) -> Iterator[tuple[int, Book]]:
        rows = [
            ["接待编号", "来访日期", "来访企业", "来源省份", "客商人数"],
            ["1", "", "甲", "广东", "3"],
        ]
        yield from ((number, Book("csv", [Grid("", rows)])) for number in files)


class _Archive(Archive):
    def intact(self, sha256: str) -> Path:
        return self.path(sha256)


def recognitions(places: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a file is recognised that came to so many places."""
    count = 0
    plain = recognise_any

    def counted(*given: object) -> object:
        nonlocal count
        count += 1
        return plain(*given)  # type: ignore[arg-type]

    receipts = [receipt(number) for number in range(1, places + 1)]
    with monkeypatch.context() as patch:
        patch.setattr(received, "recognise_any", counted)
        found = received.recognise_received(
            receipts,
            ZONE,
            _Archive(Path("archive")),
            _Readers(),  # type: ignore[arg-type]
            received.copied(receipts),
            Handling(),
        )
    assert [one.drafts[0].month for one in found] == [
        dt.date(2000 + n // 12, n % 12 + 1, 1) for n in range(1, places + 1)
    ]
    return count


def test_each_place_is_recognised_once_or_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert recognitions(60, monkeypatch) <= 120
