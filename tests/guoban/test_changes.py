"""`guoban changes`: who moved a figure, with which file, in which rows; and the revision triangle."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from drop import Drop
from past import house_of, now
from rich.cells import cell_len

from flows.ask import decisions
from guoban import output
from guoban.cli import run_command
from guoban.words import is_chinese

# Several refreshes, told of in one go.
pytestmark = pytest.mark.slow

Call = Callable[..., str]
MOMENTS = dict[str, str]


def signed(drop: Drop, name: str, *amounts: float) -> None:
    """02 of a department, its projects with these amounts in 万元."""
    rows = [
        {"project_id": f"GCKF-2021-000{n}", "project_name": f"项目{n}", "investor": f"公司{n}",
         "contract_amount_cny": amount}
        for n, amount in enumerate(amounts, start=1)
    ]  # fmt: skip
    drop.put(name, "signed_projects", "招商局", "2021-01", rows)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Drop, MOMENTS]:
    """A version, another one, its withdrawal, and a target that comes late; moments in between."""
    drop = Drop(tmp_path_factory.mktemp("told"))
    moments = {}
    signed(drop, "2021-01/招商局/第一版.xlsx", 20_000, 15_000)
    drop.refresh()
    moments["filed"] = now().isoformat()
    signed(drop, "2021-01/招商局/第二版.xlsx", 25_000, 15_000, 12_000)
    drop.refresh()
    moments["filed again"] = now().isoformat()
    ((second,),) = drop.query(
        "select submission_id from mart.submissions where file = '2021-01/招商局/第二版.xlsx'"
    )
    decisions.withdraw(house_of(drop), second, "填错", "王处")
    drop.refresh()
    moments["withdrawn"] = now().isoformat()
    row = {"department": "全区", "year": 2021, "indicator_code": "ZS01", "indicator": "合同",
           "target": 74, "unit": "亿元", "doc_no": "号", "issued_on": "2021-01-06"}  # fmt: skip
    drop.put("目标.xlsx", "annual_targets", "招商局", "2021-01", [row])
    drop.refresh()
    return drop, moments


@pytest.fixture
def changes(
    told: tuple[Drop, MOMENTS], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Call:
    """Calls `guoban changes --month 2021-01` on a terminal of so many columns; what it printed."""
    settings = told[0].settings

    def call(*more: str, columns: int | None = None, locale: str = "C") -> str:
        monkeypatch.setattr(output, "columns_of", lambda _: columns)
        monkeypatch.setenv("LC_ALL", locale)
        is_chinese.cache_clear()
        capsys.readouterr()
        places = ["--raw", settings.raw, "--warehouse", settings.warehouse]
        assert run_command(["changes", "--month", "2021-01", *map(str, places), *more]) == 0
        is_chinese.cache_clear()
        return capsys.readouterr().out

    return call


def of_the_zone(changes: Call, *more: str) -> list[dict[str, Any]]:
    rows = json.loads(changes("--json", *more))["changes"]
    return [one for one in rows if (one["department"], one["indicator_code"]) == ("全区", "ZS01")]


def test_each_change_names_file_department_person_and_rows(changes: Call) -> None:
    resubmitted, withdrawn, target = of_the_zone(changes)
    assert (resubmitted["cause"], resubmitted["file"]) == (
        "resubmission", "2021-01/招商局/第二版.xlsx",
    )  # fmt: skip
    # The one who filled it in stands in its envelope.
    assert (resubmitted["filed_by"], resubmitted["person"]) == ("招商局", "乙")
    rows = [(one["row_key"], one["old_value"], one["new_value"]) for one in resubmitted["rows"]]
    assert [(key, old and float(old), float(new)) for key, old, new in rows] == [
        ("GCKF-2021-0001", 2.0, 2.5),
        ("GCKF-2021-0003", None, 1.2),
    ]
    assert (withdrawn["cause"], withdrawn["person"]) == ("withdrawal", "王处")
    assert [one["row_key"] for one in withdrawn["rows"]] == [one[0] for one in rows]
    assert (target["figure"], target["cause"], target["rows"]) == ("target_value", "target", [])
    assert target["file"] == "目标.xlsx"


def test_since_a_time(changes: Call, told: tuple[Drop, MOMENTS]) -> None:
    moments = told[1]
    causes = [
        [one["cause"] for one in of_the_zone(changes, "--since", moments[name])]
        for name in ("filed", "filed again", "withdrawn")
    ]
    assert causes == [
        ["resubmission", "withdrawal", "target"],
        ["withdrawal", "target"],
        ["target"],
    ]
    # A bare date is its beginning here, not its end.
    assert len(of_the_zone(changes, "--since", moments["filed"][:10])) == 3
    assert "has changed since" in changes("--since", now().isoformat())


def test_the_triangle_is_what_was_published_when(changes: Call) -> None:
    vintages = json.loads(changes("--triangle", "--json"))["vintages"]
    assert [float(one["values"]["ZS01"]) for one in vintages] == [3.5, 5.2, 3.5, 3.5]
    assert [one["target_values"]["ZS01"] and float(one["target_values"]["ZS01"]) for one in vintages] == [
        None, None, None, 74.0,
    ]  # fmt: skip
    assert [one["values"]["ZS02"] for one in vintages] == [None] * 4
    assert vintages[1]["changed"] == ["ZS01", "ZS03"]
    lines = changes("--triangle", columns=80).splitlines()
    assert len(lines) == 7
    assert lines[1].split()[:3] == ["published", "ZS01", "ZS02"]
    assert [line.split()[2] for line in lines[3:]] == ["3.5", "*5.2", "*3.5", "*3.5"]
    # Beside the figures its head says what it is, below them its name.
    assert lines[-1].endswith("  ZS01 74")
    assert changes("--triangle", columns=60).splitlines()[-1].split() == ["targets", "ZS01", "74"]
    wide = changes("--triangle", columns=200, locale="zh_CN.UTF-8").splitlines()
    assert wide[1].split()[-1] == "目标"
    assert "目标：" not in "".join(wide)
    assert len(changes("--triangle", "--since", now().isoformat()).splitlines()) == 3


@pytest.mark.parametrize(
    "asked",
    [
        "2030-01",
        "2030-01 --json",
        "2030-01 --triangle",
        "2030-01 --triangle --json",
        "2030-01 --since 2021-01-01",
        "2030-01 --department 招商局",
        "2021-01 --department 党政办公室 --triangle",
        "2021-01 --department 党政办公室 --triangle --json",
    ],
)
def test_what_was_never_published_has_no_changes_to_tell(
    told: tuple[Drop, MOMENTS], capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    """As every other command says of a month that there is not."""
    settings = told[0].settings
    capsys.readouterr()
    places = ["--raw", str(settings.raw), "--warehouse", str(settings.warehouse)]
    assert run_command(["changes", "--month", *asked.split(), *places]) == 1
    printed = capsys.readouterr()
    assert (printed.out, f"no figures for {asked[:7]}" in printed.err) == ("", True)


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("locale", ["C", "zh_CN.UTF-8"])
def test_it_fits_its_terminal(changes: Call, columns: int, locale: str) -> None:
    for more in ((), ("--triangle",), ("--department", "招商局")):
        lines = changes(*more, columns=columns, locale=locale).splitlines()
        assert max(map(cell_len, lines)) <= columns, lines
    shown = changes(columns=columns, locale=locale)
    for part in ("2021-01/招商局/第二版.xlsx", "GCKF-2021-0001 项目1 2→2.5", "王处"):
        assert part in shown


def test_headline_names_the_release_and_what_it_rests_on(
    told: tuple[Drop, MOMENTS], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = told[0].settings
    places = ["--raw", str(settings.raw), "--warehouse", str(settings.warehouse)]
    capsys.readouterr()
    assert run_command(["headline", "--month", "2021-01", "--json", *places]) == 0
    release = json.loads(capsys.readouterr().out)["release"]
    ((run_id, fingerprint, head),) = told[0].query(
        "select run_id, fingerprint, chain_head from mart.release"
    )
    assert (release["run_id"], release["fingerprint"], release["chain_head"]) == (
        run_id, fingerprint, head,
    )  # fmt: skip
    lines = (house_of(told[0]).journal / "journal.jsonl").read_text("utf-8").splitlines()
    assert json.loads(lines[-1])["fingerprint"] == fingerprint
    assert json.loads(lines[-2])["chain"] == head
