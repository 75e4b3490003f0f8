"""What is shown gives a terminal no orders, and nothing in it looks like a line of guoban's own."""

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answer.results import FileResult
from guoban.output import console, one_line, print_file, print_json, print_table, visible
from guoban.progress import LOG, LOG_NAME, logged_to

NASTY = "a\x1b[2J\x9b31m\x07\rb\u202etxt.exe\u2028\x7f\ud800"
SHOWN = "a\\u001b[2J\\u009b31m\\u0007\\u000db\\u202etxt.exe\\u2028\\u007f\\ud800"


def file_called(name: str) -> FileResult:
    return FileResult(name, None, None, None, None, "ignored", note=name)


def test_control_characters_are_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    console().print(NASTY)
    print_file(file_called(NASTY))
    print_table(["name"], [[NASTY]])
    out = capsys.readouterr().out
    assert out.count(SHOWN) == 4
    assert all(one.isprintable() or one == "\n" for one in out)


def test_a_name_of_two_lines_is_shown_on_one(capsys: pytest.CaptureFixture[str]) -> None:
    print_file(file_called("a\nPublished 20210604 in 1.0 s.\tx"))
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("a\\u000aPublished 20210604 in 1.0 s.\\u0009x  [")
    assert second.startswith("    a\\u000aPublished")


def test_json_is_the_same_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({NASTY: [NASTY, "签约\t\n"]})
    out = capsys.readouterr().out
    assert all(one.isprintable() or one == "\n" for one in out)
    assert json.loads(out) == {NASTY: [NASTY, "签约\t\n"]}


def test_an_entry_of_the_log_is_a_line(tmp_path: Path) -> None:
    with logged_to(tmp_path / "logs"):
        LOG.warning("there is no reply to %s", f"{NASTY}\n2021-06-04 ERROR all is lost")
        try:
            raise ValueError(f"{NASTY}\nof a cell")
        except ValueError:
            LOG.exception("it failed")
    text = (tmp_path / "logs" / LOG_NAME).read_text("utf-8")
    assert all(one.isprintable() or one == "\n" for one in text)
    said, failed = (json.loads(line) for line in text.splitlines())
    assert said["message"] == f"there is no reply to {NASTY}\n2021-06-04 ERROR all is lost"
    assert failed["level"] == "error"
    assert failed["error"]["message"] == f"{NASTY}\nof a cell"


def test_the_log_goes_nowhere_else_afterwards(tmp_path: Path) -> None:
    with logged_to(tmp_path / "logs"):
        pass
    assert not [one for one in LOG.handlers if isinstance(one, logging.FileHandler)]


@given(st.text())
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    plain = "".join(one for one in text if one.isprintable())
    assert visible(plain) == one_line(plain) == plain
