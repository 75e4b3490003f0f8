"""What was told, read again: also from a file that a disk or a person has spoilt."""

import datetime as dt
from pathlib import Path

import pytest

from flows.notify.messages import Message
from flows.notify.outbox import FAILED, Book, Outbox, Waiting

DAY = dt.date(2021, 5, 6)


def test_what_is_written_down_is_read_again(tmp_path: Path) -> None:
    book = Book(tmp_path)
    reminder = Message("due 2021-05-06", "招商局", "明日到期", "……", DAY)
    book.outbox = Outbox(
        release="20210506-090000-abcdef",
        receipt=7,
        published_at="2021-05-06T09:00:00+08:00",
        failing="DiskFullError",
        looked_on=DAY,
        keys={reminder.key: DAY},
        waiting=[Waiting(reminder, {"a1": FAILED})],
    )
    book.save()
    assert Book(tmp_path).outbox == book.outbox


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"keys": []}',
        '{"keys": {"due": 5.5}}',
        '{"waiting": ["x"]}',
        '{"waiting": [{"message": "x", "tried": {}}]}',
        '{"waiting": [{"message": {"key": 1, "to": []}, "tried": []}]}',
        '{"receipt": "many"}',
        '{"receipt": 1e999}',
        '{"published_at": "yesterday"}',
        '{"release": "20210506-0900',
    ],
)
def test_a_spoilt_file_begins_anew(tmp_path: Path, text: str) -> None:
    """Else nobody would be told of anything any more."""
    (tmp_path / "notified.json").write_text(text)
    assert Book(tmp_path).outbox == Outbox()
