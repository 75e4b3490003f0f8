"""`[score]` of zone.toml: what figures weigh in the overall score, and what is refused there."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import lxml.html
import pytest
from drop import Drop

from flows.ground.errors import SettingsError
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.month.board import board
from flows.publish.release import open_release

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


def test_board_and_page_weigh_as_was_published(tmp_path: Path) -> None:
    """What zone.toml says since then waits for the next refresh, which publishes it."""
    drop = Drop(tmp_path).samples("2021-01/**/*.xlsx").samples("目标任务/*.xlsx")
    drop.refresh()
    drop.zone = load_zone(written(tmp_path, "{ ZS01 = 30, ZS02 = 0 }"))
    folder = drop.settings.warehouse

    def weights_of_both() -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        with open_release(folder) as con:
            told = board(con, drop.zone, dt.date(2021, 1, 1))
        assert told is not None
        page = lxml.html.parse(folder / "current" / "site" / "index.html")
        (element,) = page.xpath("//script[@id='data']")
        shown = json.loads(element.text)["weights"]
        return told.weights, {code: Decimal(weight) for code, weight in shown.items()}

    for expected in (Decimal(1), Decimal(30)):
        of_board, of_page = weights_of_both()
        assert of_board["ZS01"] == expected
        assert of_board == of_page
        if expected == 1:
            assert drop.refresh().published


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
