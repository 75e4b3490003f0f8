"""`[score]` of zone.toml: what figures weigh in the overall score, and what is refused there."""

from decimal import Decimal
from pathlib import Path

import pytest

from flows.ground.errors import SettingsError
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone

TEXT = (PROJECT / "zone.toml").read_text("utf-8")


def written(tmp_path: Path, weighs: str) -> Path:
    path = tmp_path / "zone.toml"
    path.write_text(TEXT.replace("[score]\n", f"[score]\nweights = {weighs}\n"), "utf-8")
    return path


def test_figures_weigh_the_same_unless_said_otherwise(tmp_path: Path) -> None:
    plain = load_zone(PROJECT / "zone.toml")
    assert {plain.score.weight_of(code) for code in ("ZS01", "ZS05")} == {Decimal(1)}
    weighed = load_zone(written(tmp_path, "{ ZS01 = 30, ZS05 = 0.1 }"))
    assert [weighed.score.weight_of(code) for code in ("ZS01", "ZS02", "ZS05")] == [
        Decimal(30), Decimal(1), Decimal("0.1"),
    ]  # fmt: skip
    # Files are judged by nothing of it.
    assert weighed.fingerprint_of_reading() == plain.fingerprint_of_reading()


@pytest.mark.parametrize(
    ("weighs", "said"),
    [
        ("{ ZS03a = 1 }", "ZS03a"),
        ("{ ZS1 = 1 }", "ZS01"),
        ("{ ZS01 = -1 }", "score"),
        ("{ ZS01 = 0, ZS02 = 0, ZS03 = 0, ZS04 = 0, ZS05 = 0 }", "more than 0"),
    ],
)
def test_weights_that_weigh_nothing_are_refused(tmp_path: Path, weighs: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_zone(written(tmp_path, weighs))
