"""What a release takes over from the one before: nothing that somebody altered there."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from flows.export import proof
from flows.export.linking import take_over
from flows.export.site import page
from flows.publish import contents
from flows.store.chain import sealed

JANUARY = ("mart.headline_rows", dt.date(2021, 1, 1), 1, 7)


def test_a_link_in_a_files_place_is_copied(tmp_path: Path) -> None:
    real, before, target = tmp_path / "real", tmp_path / "before", tmp_path / "target"
    real.write_text("today")
    before.symlink_to(real)
    take_over(before, target)
    real.write_text("tomorrow")
    assert not target.is_symlink()
    assert target.read_text() == "today"


def test_a_file_is_the_same_one_where_it_can_be(tmp_path: Path) -> None:
    before, target = tmp_path / "before", tmp_path / "target"
    before.write_text("rows")
    take_over(before, target)
    assert before.samefile(target)


@pytest.mark.parametrize(
    "told", [5, None, [], {}, {"key": "k"}, {"key": "k", "sha256": "s", "bytes": "many"}]
)
def test_a_list_that_somebody_wrote_in_tells_nothing_of_the_file(
    tmp_path: Path, told: object
) -> None:
    sound = {"key": "k", "sha256": "s", "bytes": 1}
    listed = {"index.html": told, "rows/2021-01.js": sound, "guoban.js": sound}
    (tmp_path / page.LIST).write_text(json.dumps(listed))
    assert page._listed(tmp_path) == {"guoban.js": sound}


def test_a_proof_whose_list_was_altered_is_not_gone_on_from(tmp_path: Path) -> None:
    folder = tmp_path / "proof"
    folder.mkdir()
    (folder / proof.CONTENTS).write_text(contents.text([JANUARY]))
    name = "headline_rows-2021-01.csv.gz"
    list_of = sealed(json.dumps({"files": {f"proof/{name}": "a" * 64}}))
    (folder / proof.FILES).write_bytes(list_of + b"\n")
    assert proof._known(folder, {JANUARY}) == {name: "a" * 64}
    (folder / proof.FILES).write_bytes(list_of.replace(b"a" * 64, b"b" * 64) + b"\n")
    assert proof._known(folder, {JANUARY}) == {}
