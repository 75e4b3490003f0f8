"""The commands as people and scripts call them: what they print, and with which exit status."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from drop import Drop, change_of

from flows.ground.settings import PROJECT
from guoban.cli import error_words, run_command
from guoban.words import is_chinese

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

LINES = [
    "招商引资合同投资额84.57亿元，占目标任务114%；",
    "招商引资实到投资额35.8亿元，占目标任务53%；",
    "招商引资新引进亿元以上项目19个，占目标任务79%，其中，已开工7个项目；",
    "亿元以上在谈项目45个，总投资126.1亿元，占目标任务113%；",
    "完成5亿元以上重大工业项目4个。",
]
Guoban = Callable[..., tuple[int, str, str]]


@pytest.fixture
def guoban(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Guoban:
    """Calls a command against a drop; gives its status and what it printed."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    is_chinese.cache_clear()

    def call(drop: Drop, *arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("GUOBAN_RAW", str(drop.settings.raw))
        monkeypatch.setenv("GUOBAN_WAREHOUSE", str(drop.settings.warehouse))
        monkeypatch.setenv("GUOBAN_ORCHESTRATOR", "none")
        monkeypatch.setenv("GUOBAN_SETTLE_SECONDS", "0")
        capsys.readouterr()
        status = run_command([str(one) for one in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


def test_the_five_lines_of_the_article(golden: Drop, guoban: Guoban) -> None:
    status, out, _ = guoban(golden, "headline", "--month", "2021-05")
    assert (status, out.splitlines()) == (0, LINES)


def test_headline_for_machines(golden: Drop, guoban: Guoban) -> None:
    status, out, _ = guoban(
        golden, "headline", "--month", "2021-04", "--department", "经发局", "--json"
    )
    told = json.loads(out)
    assert status == 0
    assert (told["month"], told["department"], told["as_of"]) == ("2021-04", "经济发展局", None)
    assert len(told["lines"]) == 5
    by_code = {one["indicator_code"]: one for one in told["indicators"]}
    assert set(by_code) == {"ZS01", "ZS02", "ZS03", "ZS03a", "ZS04", "ZS04a", "ZS05"}
    assert isinstance(by_code["ZS01"]["value"], str)
    assert by_code["ZS01"]["report_month"] == "2021-04-01"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("headline", "--month", "2020-01"), 1),
        (("headline", "--month", "2021-05", "--department", "党政办公室"), 1),
        (("headline", "--month", "2021-13"), 2),
        (("headline", "--month", "2021-05", "--department", "某局"), 2),
        (("headline", "--month", "2021-05", "--as-of", "2021-06-04"), 1),
        (("headline", "--month", "2021-05", "--as-of", "yesterday"), 2),
        (("headline",), 2),
        (("explain", "ZS09", "--month", "2021-05"), 2),
        (("explain", "ZS01", "--month", "2020-05"), 1),
        (("status", "--month", "2021-05"), 0),
        (("changes", "--month", "2021-05"), 0),
        (("changes", "--month", "2020-05"), 1),
        (("status", "--month", "2030-01"), 0),
        (("board", "--month", "2021年5月"), 0),
        (("board", "--month", "2020-05"), 1),
        (("findings", "--month", "202105"), 0),
        (("findings", "--month", "2020-05", "--open"), 0),
        (("findings", "--month", "2021-05", "--department", "某局"), 2),
        (("todo", "--month", "2021/5"), 0),
        (("explain", "合同投资额", "--month", "2021-05"), 0),
        (("explain", "在谈", "--month", "2021-05"), 2),
        (("--version",), 0),
        (("rules",), 0),
        (("verify",), 0),
        (("unlock", "2021-05", "--reason", "x"), 1),
        (("lock", "2020-05"), 1),
        (("withdraw", "nothing", "--reason", "x"), 1),
        (("decide", "A", "B", "--same"), 1),
        (("decide", "A", "B"), 2),
        (("check", "no-such-file.xlsx"), 2),
        (("headline", "--month", "2021-05", "--zone", "no-such-file.toml", "--department", "a"), 2),
        (("refresh", "--orchestrator", "someone"), 2),
        (("nonsense",), 2),
        (("lock", "2021-01", "--yes", "--by", "a\udcff"), 2),
    ],
)
def test_exit_statuses(
    golden: Drop, guoban: Guoban, arguments: tuple[str, ...], expected: int
) -> None:
    status, _, err = guoban(golden, *arguments)
    assert status == expected, err
    assert "Traceback" not in err


def test_folders_that_aren_t_there(drop: Drop, guoban: Guoban, tmp_path: Path) -> None:
    status, _, err = guoban(drop, "refresh", "--raw", tmp_path / "nowhere")
    assert status == 2
    assert "nowhere" in err
    (tmp_path / "file").write_text("")
    status, _, err = guoban(drop, "refresh", "--warehouse", tmp_path / "file" / "warehouse")
    assert status == 1
    assert str(tmp_path / "file") in err
    assert "Traceback" not in err


def test_an_error_nobody_foresaw_is_told_in_a_line(
    golden: Drop, guoban: Guoban, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("guoban.commands.report.open_published", fail)
    status, _, err = guoban(golden, "status", "--month", "2021-05")
    assert (status, "ZeroDivisionError" in err, "Traceback" in err) == (1, True, False)


def test_too_little_memory_names_the_setting() -> None:
    with duckdb.connect() as con, pytest.raises(duckdb.OutOfMemoryException) as caught:
        con.execute("set memory_limit = '2MB'; set temp_directory = ''")
        con.execute("select list(range) from range(10_000_000)")
    assert "GUOBAN_MEMORY_MIB" in error_words(caught.value)


def test_before_anything_is_published(drop: Drop, guoban: Guoban) -> None:
    status, _, err = guoban(drop, "headline", "--month", "2021-05")
    assert status == 1
    assert "run guoban refresh first" in err


def test_explain_says_why_rows_near_by_are_left_out(golden: Drop, guoban: Guoban) -> None:
    status, out, _ = guoban(golden, "explain", "ZS01", "--month", "2021-05")
    assert status == 0
    counted, left_out = out.split("Left out")
    assert counted.count("GCKF-") == 26
    for key, reason in {
        "GCKF-2021-0002": "引资角色为协办",
        "GCKF-2021-0026": "项目状态为终止",
        "GCKF-2021-0027": "审核状态为待审核",
        "GCKF-2021-0028": "合同类型为框架协议",
        "GCKF-2021-0029": "县内资金",
        "GCKF-2020-0110": "签约日期2020-11-18不在本年",
    }.items():
        assert any(key in line and reason in line for line in left_out.splitlines()), key
    assert "2021-05/招商局/签约项目月报表.xlsx 签约项目月报表!L8" in counted


def test_explain_adds_up_for_machines(golden: Drop, guoban: Guoban) -> None:
    for code in ("ZS01", "ZS02", "ZS03", "ZS03a", "ZS04", "ZS04a", "ZS05"):
        _, out, _ = guoban(golden, "explain", code, "--month", "2021-05", "--json")
        told = json.loads(out)
        total = sum(Decimal(row["contribution"]) for row in told["rows"])
        assert total == Decimal(told["indicator"]["value"])


def test_explain_leads_from_a_secondary_figure_to_its_rows(golden: Drop, guoban: Guoban) -> None:
    _, out, _ = guoban(golden, "explain", "firms_visited", "--month", "2021-05", "--json")
    told = json.loads(out)
    assert len(told["rows"]) == 76
    (left_out,) = (one for one in told["left_out"] if one["label"] == "嘉兴湖北商会")
    assert left_out["reasons"] == "对象类型为商(协)会"


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("firms_visited", "嘉兴湖北商会"),
        ("places_visited", "嘉兴市"),
        ("provinces_visited", "嘉兴湖北商会"),
        ("frontline_cadres", None),
    ],
)
def test_explain_leads_from_a_secondary_row_to_its_cells(
    golden: Drop, guoban: Guoban, code: str, label: str | None
) -> None:
    asked = ("--month", "2021-05", "--json")
    _, out, _ = guoban(golden, "explain", code, *asked)
    told = json.loads(out)
    row = next(r for r in told["rows"] + told["left_out"] if label in {None, r["label"]})
    _, out, _ = guoban(golden, "explain", code, "--row", row["row_key"], *asked)
    (version,) = json.loads(out)["rows"][0]["versions"]
    assert row["cell"] in {cell["cell"] for cell in version["cells"]}
    assert version["excel_row"] == row["excel_row"]


def test_explain_tells_a_department_its_part_of_a_secondary_figure(
    golden: Drop, guoban: Guoban
) -> None:
    """Its rows; the figure itself is the zone's, and who has no row has nothing there."""
    asked = ("explain", "firms_received", "--month", "2021-05", "--department")
    _, out, _ = guoban(golden, *asked, "党政办公室", "--json")
    told = json.loads(out)
    assert told["indicator"] is None
    assert {one["department"] for one in told["rows"]} == {"党政办公室"}
    status, _, _ = guoban(golden, *asked, "行政审批服务局")
    assert status == 1
    _, out, _ = guoban(golden, "explain", "online_share", "--month", "2021-05")
    assert "%" not in next(line for line in out.splitlines() if line.startswith("Counted"))


def test_explain_leads_from_a_row_to_its_cells_and_versions(drop: Drop, guoban: Guoban) -> None:
    name = "2021-05/招商局/签约项目月报表.xlsx"
    drop.samples("2021-05/招商局/*.xlsx")
    drop.refresh()
    drop.edit(name, change_of("GCKF-2021-0004", 合同投资额="5.1亿元"))
    drop.refresh()
    _, out, _ = guoban(
        drop, "explain", "ZS01", "--month", "2021-05", "--row", "GCKF-2021-0004", "--json"
    )
    (row,) = json.loads(out)["rows"]
    newer, older = row["versions"]
    assert [(one["version"], one["is_current"]) for one in (newer, older)] == [
        (2, True),
        (1, False),
    ]
    amounts = [
        next(cell for cell in version["cells"] if cell["field"] == "contract_amount_cny")
        for version in (newer, older)
    ]
    assert [(one["text"], one["unit"], one["value"]) for one in amounts] == [
        ("5.1亿元", "亿元", "510000000.0000"),
        ("50000", "万元", "500000000.0000"),
    ]
    assert "R110" in {one["rule"] for one in newer["findings"]}


def test_status_shows_what_is_missing(drop: Drop, guoban: Guoban) -> None:
    drop.samples("2021-01/**/*.xlsx")
    (drop.raw / "2021-01/招商局/签约项目月报表.xlsx").unlink()
    drop.refresh()
    _, out, _ = guoban(drop, "status", "--month", "2021-01")
    assert "MISSING  招商局  签约项目月报表  was due 2021-02-02" in out
    _, out, _ = guoban(drop, "status", "--month", "2021-01", "--json")
    states = {
        (one["department"], one["return_name"]): one["state"] for one in json.loads(out)["returns"]
    }
    assert states["招商局", "signed_projects"] == "missing"
    _, out, _ = guoban(drop, "headline", "--month", "2021-01")
    assert out.splitlines()[5].startswith("Incomplete: ")


def test_status_answers_for_a_month_before_any_file_came(drop: Drop, guoban: Guoban) -> None:
    """What the zone expects, before anything was published, and beyond the newest month."""
    expected = {
        (department, slug)
        for department, slug, first in drop.zone.owed()
        if first <= dt.date(2021, 2, 1)
    }
    for _ in range(2):
        status, out, err = guoban(drop, "status", "--month", "2021年2月", "--json")
        assert status == 0, err
        told = json.loads(out)
        assert told["month"] == "2021-02"
        states = {(one["department"], one["return_name"]): one for one in told["returns"]}
        assert states.keys() == expected
        assert {one["state"] for one in states.values()} == {"missing"}
        assert {one["due_on"] for one in states.values()} == {"2021-03-02"}
        drop.samples("2021-01/京津冀招商分队/签约*.xlsx")
        drop.refresh()
    _, out, _ = guoban(drop, "status", "--month", "2021-02")
    assert out.count("MISSING  ") == len(expected)
    assert out.splitlines()[2].split() == ["招商局", *["MISS"] * 3, "-", "-", "MISS", *["-"] * 3]


def test_status_says_what_was_turned_back_of_a_month_without_figures(
    drop: Drop, guoban: Guoban
) -> None:
    name = "2021-02/京津冀招商分队/签约项目月报表.xlsx"
    drop.samples("2021-01/京津冀招商分队/签约*.xlsx").samples(name)
    drop.edit(name, {"L4": "无此栏"})
    drop.refresh()
    _, out, _ = guoban(drop, "status", "--month", "2021-02", "--json")
    states = {one["state"]: one for one in json.loads(out)["returns"] if one["state"] != "missing"}
    assert states.keys() == {"rejected"}
    assert states["rejected"]["received_at"].endswith("+08:00")
    assert states["rejected"]["open_errors"] > 0
    reply = "replies/2021-02/京津冀招商分队/签约项目月报表.xlsx.reply.xlsx"
    assert states["rejected"]["replies"] == [reply]
    _, out, _ = guoban(drop, "status", "--month", "2021-02")
    assert out.endswith(f"to correct\n    {reply}\n")


def test_a_month_is_said_alike_however_it_is_written(golden: Drop, guoban: Guoban) -> None:
    printed = [
        guoban(golden, command, *more, "--month", month, "--json")
        for month in ("2021-05", "2021年5月", "202105", "2021/5")
        for command, more in (("headline", ()), ("explain", ("zs05",)), ("changes", ()))
    ]
    assert {status for status, _, _ in printed} == {0}
    assert {json.loads(out)["month"] for _, out, _ in printed} == {"2021-05"}


def test_before_the_first_publication_of_a_month_that_is_said(golden: Drop, guoban: Guoban) -> None:
    for command in (("headline",), ("explain", "重大工业")):
        asked = (*command, "--month", "2021-05", "--as-of", "2021-06-04T12:00")
        status, out, err = guoban(golden, *asked)
        assert (status, out) == (1, "")
        assert "2021-05 was first published at 20" in err
        assert "at 2021-06-04 12:00 there were no figures of it yet" in err


def test_amounts_are_said_as_people_say_them(golden: Drop, guoban: Guoban) -> None:
    _, out, _ = guoban(golden, "explain", "ZS01", "--month", "2021-05")
    lines = {line.split()[1]: line.split() for line in out.splitlines() if "GCKF-" in line}
    assert "9999万元" in lines["GCKF-2021-0020"]
    assert "28亿元" not in out
    assert "2.8亿元" in lines["GCKF-2021-0013"]
    assert "500万元" in lines["GCKF-2021-0025"]
    assert "全区：84.57亿元" in out


def test_the_board_for_machines(golden: Drop, guoban: Guoban) -> None:
    status, out, _ = guoban(golden, "board", "--month", "2021-05", "--json")
    told = json.loads(out)
    assert status == 0
    assert (told["zone_name"], told["report_month"]) == ("谷城经济开发区", "2021-05-01")
    assert told["past_half"] == {
        "task_count": 5, "past_count": 5, "is_past_half": True, "since_on": "2021-05-31", "lead_days": 30,
    }  # fmt: skip
    rates = {one["indicator_code"]: one for one in told["indicators"]}
    assert rates["ZS04"]["completion_pct_rounded"] == 113
    assert rates["ZS02"]["past_half_since_on"] == "2021-05-31"
    assert [one["rank"] for one in told["departments"]] == [1, 2, 3, 4, 5, 6]
    ranks = {
        row["indicator_code"]: row["rank"]
        for one in told["departments"]
        for row in one["rates"]
        if one["department"] == "经济发展局"
    }
    assert ranks == {"ZS01": 3, "ZS02": 4, "ZS03": 3, "ZS04": 4, "ZS05": 1}
    for one in told["departments"]:
        mean = sum((Decimal(row["completion_pct"]) for row in one["rates"]), Decimal(0)) / 5
        assert abs(mean - Decimal(one["score_pct"])) < Decimal("1e-9")
    assert told["red_list"] == ["招商局", "长三角招商分队", "经济发展局"]
    assert told["black_list"][0] == "京津冀招商分队"
    assert (told["missing"], told["open_findings"], told["ask_first"]) == ([], 0, [])
    assert told["campaign"]["elapsed_days"] == 40
    figures = {one["indicator_code"]: Decimal(one["value"]) for one in told["secondary"]}
    assert (figures["firms_visited"], figures["visitors_received"]) == (Decimal(76), Decimal(232))
    assert [one["is_locked"] for one in told["months"]] == [False] * 5


def test_an_explained_warning_is_closed(golden: Drop, guoban: Guoban) -> None:
    """The golden set's own nine warnings: what its rows remark explains all but the late return."""
    found: dict[str, dict[str, object]] = {}
    for month in range(1, 6):
        _, out, _ = guoban(golden, "findings", "--month", f"2021-{month:02}", "--json")
        found |= {one["finding_id"]: one for one in json.loads(out)["findings"]}
    warnings = [one for one in found.values() if one["severity"] == "warning"]
    assert len(warnings) == 9
    assert {one["rule"] for one in warnings if one["is_open"]} == {"E006"}
    assert all(one["explanation"] for one in warnings if not one["is_open"])
    _, out, _ = guoban(golden, "todo", "--month", "2021-02")
    assert out.splitlines()[:2] == ["【项目服务中心】2021年2月报表：", "一、请核对说明1处："]


def test_a_refresh_tells_explained_warnings_from_open_ones(drop: Drop, guoban: Guoban) -> None:
    name = "2021-05/项目服务中心/签约项目月报表.xlsx"
    drop.samples(name)
    _, out, _ = guoban(drop, "refresh")
    assert "Submissions: accepted with warnings (all explained) 1\n" in out
    # A remark at the row explains it.
    drop.edit(name, change_of("GCKF-2021-0029", 备注=None))
    _, out, _ = guoban(drop, "refresh")
    assert "Submissions: accepted with warnings 1 (1 to explain)\n" in out


def test_refresh_for_machines(drop: Drop, guoban: Guoban) -> None:
    drop.samples("2021-01/京津冀招商分队/签约*.xlsx").samples("2021-01/京津冀招商分队/在谈*.xlsx")
    (drop.raw / "~$签约项目月报表.xlsx").write_bytes(b"lock")
    status, out, _ = guoban(drop, "refresh", "--json")
    told = json.loads(out)
    assert status == 0
    assert told["published"] == told["run_id"]
    assert told["submissions"] == {"accepted": 2, "ignored": 1}
    assert {"file", "sha256", "return", "department", "month", "status", "findings"} <= set(
        told["files"][0]
    )
    assert told["seconds"]["read"] > 0
    _, out, _ = guoban(drop, "refresh", "--json")
    told = json.loads(out)
    assert told["published"] is None
    assert told["submissions"] == {"unchanged": 2, "ignored": 1}


def test_check_finds_what_refresh_would_and_writes_nothing(drop: Drop, guoban: Guoban) -> None:
    drop.samples("2021-04/招商局/*.xlsx").samples("2021-01/招商局/年度*.xlsx")
    drop.refresh()
    before = snapshot(drop.settings.warehouse)
    drop.samples("2021-05/招商局/签约*.xlsx")
    path = drop.edit(
        "2021-05/招商局/签约项目月报表.xlsx", change_of("GCKF-2021-0013", 合同投资额=280000)
    )
    status, out, _ = guoban(drop, "check", path, "--json")
    assert snapshot(drop.settings.warehouse) == before
    (checked,) = json.loads(out)["files"]
    _, out, _ = guoban(drop, "refresh", "--json")
    (refreshed,) = [one for one in json.loads(out)["files"] if one["status"] != "unchanged"]
    assert checked == refreshed
    # Ten times last month's amount: a rule that looks across months (R106, M403).
    assert {one["rule"] for one in checked["findings"]} >= {"R106"}
    assert status == (1 if any(one["severity"] == "error" for one in checked["findings"]) else 0)


def test_check_leaves_out_what_a_refresh_would(drop: Drop, guoban: Guoban) -> None:
    drop.samples("2021-05/招商局/签约*.xlsx")
    folder = drop.raw / "2021-05/招商局"
    (file,) = folder.iterdir()
    names = ["~$签约.xlsx", ".签约.xlsx", "签约.xlsx.part", "链接.xlsx"]
    for name in names[:3]:
        (folder / name).write_bytes(file.read_bytes())
    (folder / names[3]).symlink_to(file)
    status, out, _ = guoban(drop, "check", *(folder / name for name in names), "--json")
    checked = json.loads(out)["files"]
    _, out, _ = guoban(drop, "refresh", "--json")
    refreshed = [one for one in json.loads(out)["files"] if one["status"] == "ignored"]
    assert sorted(checked, key=lambda one: str(one["file"])) == refreshed
    assert {one["file"] for one in checked} == {f"2021-05/招商局/{name}" for name in names}
    assert status == 0


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_check_of_what_is_known_tells_its_findings_again(golden: Drop, guoban: Guoban) -> None:
    late = golden.raw / "2021-02/项目服务中心/实到资金月报表.xlsx"
    status, out, _ = guoban(golden, "check", late, "--json")
    (told,) = json.loads(out)["files"]
    assert (status, told["status"]) == (0, "unchanged")
    assert [one["rule"] for one in told["findings"]] == ["E010", "E006"]


def test_chinese_where_the_locale_is(
    golden: Drop, guoban: Guoban, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    is_chinese.cache_clear()
    _, out, _ = guoban(golden, "status", "--month", "2021-02")
    is_chinese.cache_clear()
    assert "按时" in out
    assert "on time" not in out


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    """The zone's file after 招商局 has become 招商促进局; the old name is an alias now."""
    text = (PROJECT / "zone.toml").read_text("utf-8")
    old, new = 'name = "招商局"\naliases = [', 'name = "招商促进局"\naliases = ["招商局", '
    assert old in text
    path = tmp_path / "zone.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_status_of_a_department_that_has_another_name_since(
    golden: Drop, guoban: Guoban, renamed: Path
) -> None:
    status, out, err = guoban(golden, "status", "--month", "2021-04", "--zone", renamed)
    assert status == 0, err
    # Below the grid stand what its numbers are, in two lines, and the counts.
    grid = out[: out.index("02 签约")].splitlines()
    assert grid[-1].startswith("招商局")


@pytest.mark.nightly
def test_a_renamed_department_is_found_by_either_name_also_in_a_locked_month(
    drop: Drop, guoban: Guoban, renamed: Path
) -> None:
    """What is published has the new name, also of a locked month; as it was then it had the old one."""

    def figures(told: str) -> object:
        rows = [row | {"department": ""} for row in json.loads(told)["indicators"]]
        return json.loads(told)["lines"], rows

    drop.samples("2021-0[12]/*/*.xlsx")
    drop.refresh()
    assert guoban(drop, "lock", "2021-01")[0] == 0
    before = guoban(drop, "headline", "--month", "2021-01", "--department", "招商局", "--json")[1]
    ((moment,),) = drop.query("select published_at from mart.release")
    assert guoban(drop, "refresh", "--zone", renamed)[0] == 0
    for name in ("招商局", "招商促进局"):
        asked = ("--department", name, "--json", "--zone", renamed)
        _, out, _ = guoban(drop, "headline", "--month", "2021-01", *asked)
        assert figures(out) == figures(before)
        assert json.loads(out)["department"] == "招商促进局"
        _, out, _ = guoban(drop, "headline", "--month", "2021-02", *asked)
        assert json.loads(out)["department"] == "招商促进局"
        for month in ("2021-01", "2021-02"):
            _, out, _ = guoban(drop, "explain", "ZS02", "--month", month, *asked)
            told = json.loads(out)
            total = sum(Decimal(row["contribution"]) for row in told["rows"])
            assert total == Decimal(told["indicator"]["value"]) > 0
    then = ("--department", "招商促进局", "--zone", renamed, "--as-of", moment.isoformat())
    _, out, _ = guoban(drop, "headline", "--month", "2021-01", *then)
    assert out.splitlines()[0] == "Published as 招商局:"


def test_a_secondary_figure_is_explained_as_of_a_time(golden: Drop, guoban: Guoban) -> None:
    asked = ("explain", "firms_visited", "--month", "2021-05")
    assert guoban(golden, *asked, "--as-of", "2020-01-01")[0] == 1
    _, now, _ = guoban(golden, *asked, "--json")
    _, then, _ = guoban(golden, *asked, "--json", "--as-of", "2100-01-01")
    assert json.loads(then)["rows"] == json.loads(now)["rows"]


def test_no_stream_to_print_to_is_no_fault() -> None:
    command = ["sh", "-c", 'exec "$0" -m guoban rules >&-', sys.executable]
    run = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    assert (run.returncode, run.stderr) == (0, b"")


def test_errors_are_chinese_where_the_locale_is(
    tmp_path: Path, guoban: Guoban, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    is_chinese.cache_clear()
    status, _, err = guoban(Drop(tmp_path), "headline", "--month", "2021-05")
    is_chinese.cache_clear()
    assert status == 1
    assert "还没有发布的数据，请先运行guoban refresh" in err.replace("\n", "")
