"""A child reads thousands of files: what is left of one is gone before the next."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from renderer import Sheet, Value, write
from renderer.formats import FORMATS

from flows.read.worker import reading

ROWS: list[list[Value]] = [
    ["编号", "金额", "备注"],
    ["JD-2021-070", 12000, "甲"],
    ["JD-2021-071", 35, "乙"],
]
FILES = 40


@pytest.fixture
def answer() -> Iterator[Callable[[bytes], bytes]]:
    """What answers in a child, which looks for no cycles while it reads."""
    yield reading()
    gc.enable()


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_is_left_of_the_files_before(
    answer: Callable[[bytes], bytes], kind: str, tmp_path: Path
) -> None:
    path = tmp_path / f"报表.{FORMATS[kind].ending}"
    path.write_bytes(write([Sheet.of(ROWS)], kind))
    order = os.fsencode(path)
    for _ in range(2):
        assert "book" in orjson.loads(answer(order))
    before = len(gc.get_objects())
    for _ in range(FILES):
        answer(order)
    assert len(gc.get_objects()) - before < FILES
