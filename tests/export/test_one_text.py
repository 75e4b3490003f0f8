"""Page, bulletin, headline and board print the same figure as one text, whatever figures are published.

Figures of the sample's newest month are made up from a seed, in a copy of its release.
"""

from __future__ import annotations

import random
import re
import shutil
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop import Drop
from lxml import html
from read_back import MAY, READERS, files
from seldom import nightly

from flows.export.site import page
from flows.publish.current import open_release
from flows.publish.release import Written
from flows.values import printed
from guoban.cli import run_command

# What rounding, signs and zeros may go wrong with.
NUMBERS = ("0", "0.004999", "0.005", "0.995", "11", "84.565", "1.1", "99.9999", "126.10", "4")
GAPS = ("0", "0.04", "-0.04", "0.05", "-0.05", "11", "-11", "72.6190476190", "-0.25", "9.96")

Texts = dict[tuple[str, str, str], set[str]]
"""By kind of number, figure and scope."""


def changed(golden: Drop, folder: Path, seed: int) -> Drop:
    """The sample's release with other figures."""
    chance = random.Random(seed)  # noqa: S311 - figures made up
    source = golden.settings.warehouse
    release = (source / "current").resolve()
    target = folder / "warehouse"
    shutil.copytree(release, target / "releases" / release.name)
    (target / "current").symlink_to(Path("releases") / release.name)
    shutil.copytree(source / "journal", target / "journal")
    file = target / "current" / "guoban.duckdb"
    file.parent.chmod(0o755)
    file.chmod(0o644)
    with duckdb.connect(str(file)) as con:
        for department, code in con.execute(
            "select department, indicator_code from mart.headline_indicators "
            "where report_month = ? and target_value is not null",
            [MAY],
        ).fetchall():
            pct = Decimal(chance.choice(("49.6", "50", "112.5", "0", "7.49999", "100.5")))
            rounded = int(pct.quantize(Decimal(1), ROUND_HALF_UP))
            con.execute(
                "update mart.headline_indicators set value = ?, completion_pct = ?, "
                "completion_pct_rounded = ?, progress_gap_pp = ? "
                "where report_month = ? and department = ? and indicator_code = ?",
                [chance.choice(NUMBERS), pct, rounded, chance.choice(GAPS), MAY, department, code],
            )
    return Drop(folder, golden.zone)


def on_the_page(drop: Drop, folder: Path) -> Texts:
    """What stands on the page."""
    with open_release(drop.settings.warehouse) as con:
        page.put(drop.zone, Written(con, folder, None, frozenset()), folder / "site")
    texts: Texts = defaultdict(set)
    root = html.fromstring((folder / "site" / "index.html").read_text("utf-8"))
    for button in root.xpath("//button[@data-open]"):
        kind, *place = button.get("data-open").split(" ")
        if kind in {"value", "rate", "gap", "target"} and place[0] == f"{MAY:%Y-%m}":
            texts[kind, place[1], place[2]].add(button.text_content())
    return texts


def in_the_bulletin(drop: Drop) -> Texts:
    """What stands in its tables, in each format."""
    codes = dict(drop.query("select indicator_name, indicator_code from mart.zone_indicators "
                            "where report_month = ?", [MAY]))  # fmt: skip
    texts: Texts = defaultdict(set)
    for form, content in files(drop).items():
        tables = READERS[form](content).tables
        for row in tables["表1"]:
            for kind, head in (("value", "本年累计"), ("rate", "完成率"), ("gap", "序时差")):
                if row[head]:
                    texts[kind, codes[row["指标"]], "全区"].add(row[head])
        of_departments: list[dict[str, Any]] = [*tables["表2"], *tables["表2（续）"]]
        for row in of_departments:
            for head, text in row.items():
                name, _, what = head.partition("/")
                if kind := {"完成率": "rate", "完成": "value", "目标": "target"}.get(what, ""):
                    texts[kind, codes[name], row["单位"]].add(text)
    return texts


def on_the_board(shown: str) -> Texts:
    """What stands in its table: code, name, value with its unit, target, rate, gap, past the half."""
    texts: Texts = defaultdict(set)
    for line in shown.splitlines():
        if found := re.match(r"(ZS\d\d)\s+\S+\s+([\d.]+)\S*\s+(\S+)\s+(\d+%)\s+(\S+)", line):
            code, *numbers = found.groups()
            for kind, text in zip(("value", "target", "rate", "gap"), numbers, strict=True):
                texts[kind, code, "全区"].add(text)
    return texts


@pytest.mark.parametrize("seed", [1, *map(nightly, range(2, 20))])
def test_the_same_figure_is_the_same_text(
    golden: Drop, tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    drop = changed(golden, tmp_path, seed)
    places = ["--raw", str(drop.raw), "--warehouse", str(drop.settings.warehouse)]
    capsys.readouterr()
    assert run_command(["board", "--month", "2021-05", *places]) == 0
    board = on_the_board(capsys.readouterr().out)
    assert run_command(["headline", "--month", "2021-05", *places]) == 0
    headline = capsys.readouterr().out
    page, bulletin = on_the_page(drop, tmp_path), in_the_bulletin(drop)
    kinds = {"value", "target", "rate", "gap"}
    for texts in (page, bulletin, board):
        assert {kind for kind, *_ in texts} == kinds
    told = 0
    for one in drop.rows("from mart.headline_indicators where report_month = ?", [MAY]):
        if one["target_value"] is None:
            continue
        printed_as = {
            "value": printed.amount(one["value"]),
            "target": printed.amount(one["target_value"]),
            "rate": printed.percent(one["completion_pct_rounded"]),
            "gap": printed.signed_points(one["progress_gap_pp"]),
        }
        for kind, text in printed_as.items():
            place = (kind, one["indicator_code"], one["department"])
            for texts in (page, bulletin, board):
                assert texts.get(place, {text}) == {text}, place
                told += place in texts
        if one["scope"] == "zone":
            assert f"{printed_as['value']}{one['unit']}" in headline
    # Of the zone all but a bulletin's target; of six departments value, target and rate, on no board.
    assert told >= 5 * 11 + 6 * 5 * 6
