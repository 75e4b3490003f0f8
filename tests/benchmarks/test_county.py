"""The benchmark's county: made alike from the same seed, and told truly, as guoban finds it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.contenders import Command, Contender, ContenderError, Guoban, Rival
from benchmarks.county import County, make_county, make_large

GUOBAN = Guoban("guoban", Path(sys.executable))
FLOOR = Rival("floor", "floor", checks=False)


def contents(county: County) -> list[bytes]:
    return [(county.raw / file).read_bytes() for file in county.files]


def run(command: Command) -> None:
    subprocess.run(
        command.args, env={**os.environ, **command.env}, check=True, stdout=subprocess.DEVNULL
    )


def take_in(contender: Contender, county: County, home: Path) -> None:
    run(contender.refresh(county.raw, county.zone, home))


def small(folder: Path, **more: int) -> County:
    """A quarter in two departments, most workbooks with a bad cell."""
    return make_county(folder, files=17, rows=12, months=3, bad_share=0.7, is_one_late=True, **more)


def test_the_same_seed_makes_the_same_county(tmp_path: Path) -> None:
    one, same, other = (small(tmp_path / str(n), seed=seed) for n, seed in enumerate((1, 1, 2)))
    assert one.truth == same.truth and contents(one) == contents(same)
    assert one.late and same.late and one.late.truth == same.late.truth
    assert one.truth != other.truth and contents(one) != contents(other)


@pytest.mark.parametrize("contender", [GUOBAN, FLOOR], ids=["guoban", "floor"])
def test_what_is_true_of_a_county_is_found_also_once_the_late_workbook_is_in(
    contender: Contender, tmp_path: Path
) -> None:
    county = small(tmp_path / "county")
    home = tmp_path / "home"
    assert len(county.files) == 17 and len(county.bad_cells) > 5
    take_in(contender, county, home)
    contender.verify(county.truth, home)
    assert county.late
    with pytest.raises(ContenderError, match="ZS04"):
        contender.verify(county.late.truth, home)
    shutil.copy2(county.late.path, county.raw / county.late.file)
    take_in(contender, county, home)
    contender.verify(county.late.truth, home)


def test_guoban_finds_every_bad_cell_of_a_large_workbook(tmp_path: Path) -> None:
    county = make_large(tmp_path / "county", rows=400, bad=80)
    assert len(county.bad_cells) == 80
    take_in(GUOBAN, county, tmp_path / "home")
    GUOBAN.verify(county.truth, tmp_path / "home")
    more = county.truth.bad_cells | {(county.files[0], "A1")}
    with pytest.raises(ContenderError, match="1 bad cells missed"):
        GUOBAN.verify(county.truth._replace(bad_cells=more), tmp_path / "home")
