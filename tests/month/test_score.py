"""`[score]` of zone.toml: what figures weigh in the overall score, and what is refused there."""

from decimal import Decimal
from pathlib import Path

import pytest

from flows.ground.errors import SettingsError
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.month.board import weights

TEXT = (PROJECT / "zone.toml").read_text("utf-8")


def written(tmp_path: Path, weighs: str) -> Path:
    path = tmp_path / "zone.toml"
    path.write_text(TEXT.replace("[score]\n", f"[score]\nweights = {weighs}\n"), "utf-8")
    return path


def test_figures_weigh_the_same_unless_said_otherwise(tmp_path: Path) -> None:
    codes = ["ZS01", "ZS02", "ZS03", "ZS04", "ZS05"]
    plain = load_zone(PROJECT / "zone.toml")
    assert weights(plain) == dict.fromkeys(codes, Decimal(1))
    weighed = load_zone(written(tmp_path, "{ ZS01 = 30, ZS05 = 0.1 }"))
    assert weights(weighed) == dict.fromkeys(codes, Decimal(1)) | {
        "ZS01": Decimal(30),
        "ZS05": Decimal("0.1"),
    }
    # What departments are ranked by is nothing that files are judged or figures computed by.
    assert weighed.fingerprint() == plain.fingerprint()
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
