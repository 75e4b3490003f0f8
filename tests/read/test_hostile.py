"""Hostile and broken files: each is turned back with one word why, and the batch goes on."""

import os
from pathlib import Path

import pytest
from drop import SAMPLES, Drop
from renderer.hostile import CORPUS, not_utf8, wide_claim
from seldom import nightly

from flows.read import Book, Limits, Unreadable, read_files

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

GOOD = "2021-01/招商局/签约项目月报表.xlsx"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for name, content in CORPUS.items():
        (folder / name).write_bytes(content())
    return folder


def test_none_is_read_and_none_ends_the_batch(corpus: Path) -> None:
    files = {path.name: path for path in corpus.iterdir()}
    good = {"good": SAMPLES / GOOD}
    answers = dict(read_files(files | good, Limits(seconds=20)))
    assert isinstance(answers.pop("good"), Book)
    read = [name for name, answer in answers.items() if not isinstance(answer, Unreadable)]
    assert read == []
    assert len(answers) == len(CORPUS)


def test_a_lying_dimension_alone_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(wide_claim())
    (answer,) = dict(read_files({1: tmp_path / "x"}, Limits())).values()
    assert isinstance(answer, Book)
    assert len(answer.sheets[0].rows) == 2


def everything_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_refresh_turns_each_back_with_one_finding(corpus: Path, drop: Drop) -> None:
    drop.samples(GOOD)
    for path in corpus.iterdir():
        (drop.raw / path.name).write_bytes(path.read_bytes())
    here, before = Path.cwd(), everything_below(drop.raw)
    listed = set(here.iterdir())
    result = drop.refresh()
    told = {one.file: one for one in result.files}
    assert told.pop(GOOD).status == "accepted"
    assert set(told) == set(CORPUS)
    for one in told.values():
        assert one.status == "rejected", one
        assert [found.rule for found in one.findings] == ["E011"], one
    # Nothing is written but below the warehouse folder.
    assert everything_below(drop.raw) == before
    assert set(here.iterdir()) == listed
    assert {path.name for path in drop.raw.parent.iterdir()} == {"raw", "warehouse"}
    assert not Path("/tmp/evil.txt").exists()  # noqa: S108


def test_a_name_that_is_not_utf8_is_read_as_what_it_meant(drop: Drop) -> None:
    (drop.raw / os.fsdecode(not_utf8())).write_bytes((SAMPLES / GOOD).read_bytes())
    (one,) = drop.refresh().files
    assert (one.file, one.status) == ("签约项目.xlsx", "accepted")


@pytest.mark.parametrize(
    "name", ["a\nb.xlsx", nightly("引'号\".xlsx"), nightly("😀.xlsx"), "长" * 65 + ".xlsx"]
)
def test_a_strange_name_does_no_harm_to_a_good_file(name: str, drop: Drop) -> None:
    (drop.raw / name).write_bytes((SAMPLES / GOOD).read_bytes())
    (one,) = drop.refresh().files
    assert (one.file, one.status) == (name, "accepted")
