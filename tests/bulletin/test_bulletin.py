"""月通报 and 周调度: every number is the database's, in three formats; what is hostile stays text."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import docx
import duckdb
import openpyxl
import pytest
from drop import Drop
from read_back import MAY, NUMBER, READERS, Read, files

from flows.bulletin import template, webpage
from flows.bulletin.document import Document
from flows.bulletin.kinds import FORMATS, Kind
from flows.bulletin.monthly import monthly
from flows.bulletin.subject import Subject
from flows.bulletin.weekly import weekly
from flows.ground.errors import SettingsError
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone
from flows.month import changes
from flows.month.board import board
from flows.publish.current import open_release
from flows.store.journal import Journal, Lock
from flows.store.statements import statement
from flows.store.warehouse import Warehouse, fetch_rows
from guoban.cli import run_command


def read(drop: Drop, form: str = "html", **more: Any) -> Read:
    return READERS[form](files(drop, formats=(form,), **more)[form])


def with_bulletin(zone: Zone, **more: Any) -> Zone:
    return zone.model_copy(update={"bulletin": zone.bulletin.model_copy(update=more)})


@pytest.fixture(scope="module")
def bulletins(golden: Drop) -> dict[str, Read]:
    made_once = files(golden)
    return {form: READERS[form](made_once[form]) for form in FORMATS}


# --- numbers -------------------------------------------------------------------------------------


def half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def plain(value: Decimal | None, places: int = 2) -> str:
    """A value as people read it: rounded, trailing zeros dropped."""
    if value is None:
        return "—"
    text = f"{half_up(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(row: dict[str, Any]) -> str:
    pct = row["completion_pct"]
    return "—" if pct is None else f"{half_up(pct, 0)}%"


def signed(value: Decimal) -> str:
    return f"{half_up(value, 1):+f}"


@pytest.mark.parametrize("form", FORMATS)
def test_cells_of_the_zone_are_the_published_figures(
    golden: Drop, bulletins: dict[str, Read], form: str
) -> None:
    shown = {row["指标"]: row for row in bulletins[form].tables["表1"]}
    published = golden.rows("from mart.zone_indicators where report_month = ?", [MAY])
    leaders = golden.query(
        "select indicator_code, department from mart.headline_indicators "
        "where report_month = ? and rank = 1",
        [MAY],
    )
    assert len(shown) == len(published) == 7
    for one in published:
        row = shown[one["indicator_name"]]
        assert row["单位"] == one["unit"]
        assert row["本月"] == plain(one["month_value"])
        assert row["本年累计"] == plain(one["value"])
        task = one["target_value"] is not None
        assert row["年度目标"] == (plain(one["target_value"]) if task else "")
        assert row["完成率"] == (percent(one) if task else "")
        assert row["序时差"] == (signed(one["progress_gap_pp"]) if task else "")
        first = {name for code, name in leaders if code == one["indicator_code"]}
        assert {*filter(None, row["居首位的单位"].split("、"))} == first
    assert shown["5亿元以上重大工业项目"]["居首位的单位"] == "招商局、经济发展局"


@pytest.mark.parametrize("form", FORMATS)
def test_cells_of_departments_are_the_published_figures(
    golden: Drop, bulletins: dict[str, Read], form: str
) -> None:
    rates = {row["单位"]: row for row in bulletins[form].tables["表2"]}
    values = {row["单位"]: row for row in bulletins[form].tables["表2（续）"]}
    published = golden.rows(
        "from mart.headline_indicators where report_month = ? and target_value is not null", [MAY]
    )
    assert len(published) == 35
    for one in published:
        at, name = one["department"], one["indicator_name"]
        assert values[at][f"{name}/完成"] == plain(one["value"])
        assert values[at][f"{name}/目标"] == plain(one["target_value"])
        if at != "全区":
            assert rates[at][f"{name}/完成率"] == percent(one)
            assert rates[at][f"{name}/名次"] == str(one["rank"])
    assert len(rates) == 6
    cells = sum(len(row) for row in rates.values()) + sum(len(row) for row in values.values())
    # Beside the name and the overall rank and score, none is left that was not held against one.
    assert cells == 6 * (3 + 10) + 7 * (1 + 10)
    assert [row["名次"] for row in rates.values()] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("form", FORMATS)
def test_cells_of_projects_and_filing_are_the_database_s(
    golden: Drop, bulletins: dict[str, Read], form: str
) -> None:
    *projects, total = bulletins[form].tables["表3"]
    known = golden.rows(
        "select * from mart.signed_projects where report_month = ? and signed_on >= ? "
        "and audit_status = '审核通过' and role = '牵头' and capital_origin <> '县内' "
        "and status <> '终止' and contract_type in ('正式合同', '补充协议')",
        [MAY, MAY],
    )
    by_name = {one["project_name"]: one for one in known}
    assert [row["序号"] for row in projects] == [str(n + 1) for n in range(len(known))]
    for row in projects:
        one = by_name[row["项目名称"]]
        assert row["投资额"] == plain(one["contract_amount_cny"] / 100_000_000)
        assert row["签约日期"] == f"{one['signed_on'].month}月{one['signed_on'].day}日"
        assert (row["单位"], row["投资方"], row["产业"], row["进展"]) == (
            one["department"], one["investor"], one["sector"], one["status"],
        )  # fmt: skip
    assert total["投资额"] == plain(sum(one["contract_amount_cny"] for one in known) / 100_000_000)
    states = {
        "on_time": "按时",
        "late": "迟报",
        "nil": "零报告",
        "missing": "未报",
        "rejected": "退回",
    }
    *lines, total = bulletins[form].tables["表4"]
    for row in lines:
        filed = golden.query(
            "select state, count(*) from mart.return_status where report_month = ? "
            "and department = ? group by state",
            [MAY, row["单位"]],
        )
        assert {states[state]: str(n) for state, n in filed} == {
            name: row[name] for name in states.values() if row[name]
        }
        assert row["应报"] == str(sum(n for _, n in filed))
    assert total["应报"] == str(sum(int(row["应报"]) for row in lines)) == "33"


def published_numbers(drop: Drop) -> set[str]:
    """Every published value of the month as it may be printed, and numbers of what is named."""
    found: set[str] = set()
    for row in [
        *drop.rows("from mart.headline_indicators where report_month = ?", [MAY]),
        *drop.rows("from mart.zone_indicators where report_month = ?", [MAY]),
        *drop.rows("from mart.secondary_indicators where report_month = ?", [MAY]),
        *drop.rows("from mart.campaign where report_month = ?", [MAY]),
    ]:
        for value in row.values():
            if isinstance(value, Decimal):
                found |= {plain(value), plain(abs(value), 1), f"{half_up(abs(value), 1):f}"}
                found |= {f"{half_up(value, 0)}%", f"{half_up(value, 1):f}%"}
            elif isinstance(value, int) and not isinstance(value, bool):
                found |= {str(value), f"{value}%"}
            elif isinstance(value, dt.date):
                found |= {str(value.year), str(value.month), str(value.day)}
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_every_number_of_the_text_is_in_the_database(
    golden: Drop, bulletins: dict[str, Read], form: str
) -> None:
    text = bulletins[form].text
    told = text[text.index("一、总体情况") : text.index("六、口径说明")]
    ((half, past),) = golden.query(
        "select count(*) filter (where is_past_half), count(*) from mart.headline_indicators "
        "where report_month = ? and department = '全区' and target_value > 0",
        [MAY],
    )
    known = published_numbers(golden) | {str(half), str(past)}
    ((contracts, signed_sum),) = golden.query(
        "select count(*), sum(contract_amount_cny) from mart.signed_projects "
        "where report_month = ? and signed_on >= ? and audit_status = '审核通过' "
        "and role = '牵头' and capital_origin <> '县内' and status <> '终止' "
        "and contract_type in ('正式合同', '补充协议')",
        [MAY, MAY],
    )
    known |= {str(contracts), plain(signed_sum / 100_000_000)}
    known |= {"33", "6", "2"}  # returns owed, and the day on which they are due
    known |= {"2021", "5", "7", "31", "1"}  # the month, its end, since when corrections are told
    known |= {"30"}  # days that were left to the end of June, when all were past the half
    # Names: of a threshold, and of tables.
    told = told.replace("5亿元以上", "").replace("表1", "").replace("表2", "").replace("表3", "")
    told = told.replace("表4", "").replace("表5", "")
    numbers = NUMBER.findall(told)
    assert len(numbers) > 60
    assert [one for one in numbers if one.lstrip("+") not in known] == []


def test_the_three_formats_say_the_same(bulletins: dict[str, Read]) -> None:
    first = bulletins["html"]
    for form in ("docx", "xlsx"):
        assert bulletins[form].tables == first.tables
        told = set(bulletins[form].paragraphs)
        assert [one for one in first.paragraphs if one.startswith("截至") and one not in told] == []


def test_the_headline_is_the_article_s(bulletins: dict[str, Read]) -> None:
    headline = (
        "截至2021年5月31日，招商引资合同投资额84.57亿元，占目标任务114%；招商引资实到投资额35.8亿元，"
        "占目标任务53%；招商引资新引进亿元以上项目19个，占目标任务79%，其中，已开工7个项目；亿元以上"
        "在谈项目45个，总投资126.1亿元，占目标任务113%；完成5亿元以上重大工业项目4个。"
    )
    for one in bulletins.values():
        assert headline in one.text
    assert "提前30天实现“双过半”" in bulletins["html"].text


def test_it_says_how_figures_are_meant_and_by_which_release(
    golden: Drop, bulletins: dict[str, Read]
) -> None:
    ((run, fingerprint),) = golden.query("select run_id, fingerprint from mart.release")
    for one in bulletins.values():
        assert run in one.text
        assert fingerprint in one.text
        assert "初步数" in one.text
        assert "合成文号〔2021〕1号（2021年1月8日下达）" in one.text
        assert "抄送：区党工委、管委会领导，各填报单位。" in one.text


def test_no_person_is_named(golden: Drop) -> None:
    people = {
        name
        for column, relation in (("owner", "env_measures"), ("owner", "pipeline_projects"),
                                 ("approver", "corrections"), ("contact", "outbound_visits"))
        for (name,) in golden.query(f"select distinct {column} from mart.{relation}")
        if name
    }  # fmt: skip
    assert people
    for kind in Kind:
        text = read(golden, kind=kind, today=dt.date(2021, 8, 20)).text
        assert [one for one in people if one in text] == []


# --- months of other kinds -----------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_the_first_month_has_no_month_before(golden: Drop, form: str) -> None:
    found = read(golden, form, month=dt.date(2021, 1, 1))
    assert "截至2021年1月31日" in found.text
    assert "没有变动" in found.text


def test_a_month_of_nil(drop: Drop) -> None:
    """Nothing signed, nothing paid, no target: dashes and words, no error and no zero for unknown."""
    drop.put("a.xlsx", "signed_projects", "招商局", "2021-05", [])
    drop.refresh()
    for form in FORMATS:
        found = read(drop, form)
        assert "本月没有签约并计入合同投资额的项目。" in found.text
        assert "数据不完整" in found.text
        assert "占目标任务—" in found.text
        assert {row["完成率"] for row in found.tables["表1"]} <= {"", "—"}
        filed = {row["单位"]: row for row in found.tables["表4"]}
        assert (filed["招商局"]["零报告"], filed["招商局"]["未报"]) == ("1", "3")
        week = read(drop, form, kind=Kind.WEEKLY)
        assert "没有新签约的项目" in week.text
        assert "没有新开工的项目" in week.text


def test_a_contract_that_is_told_late_is_said_to_be_the_difference(drop: Drop) -> None:
    """The month's own part is the year's less the year's before, so it is not what was signed in it."""
    first, late = (
        {
            "project_id": f"GCKF-2021-000{n}", "project_name": f"项目{n}", "investor": f"公司{n}",
            "signed_on": dt.date(2021, 4, 10 + n), "contract_amount_cny": n * 10_000,
        }
        for n in (1, 2)
    )  # fmt: skip
    drop.put("4.xlsx", "signed_projects", "招商局", "2021-04", [first])
    drop.put("5.xlsx", "signed_projects", "招商局", "2021-05", [first, late])
    drop.refresh()
    found = read(drop)
    assert "本月没有签约并计入合同投资额的项目。" in found.text
    assert "表1的本月数为2亿元，与本月签约的相差2亿元" in found.text
    (row,) = [one for one in found.tables["表1"] if one["指标"] == "招商引资合同投资额"]
    assert row["本月"] == "2"


def test_a_month_that_lacks_returns_says_which(drop: Drop) -> None:
    drop.samples("2021-0[1-5]/*/*.xlsx")
    for path in drop.raw.glob("2021-05/京津冀招商分队/*"):
        path.unlink()
    drop.refresh()
    found = read(drop)
    assert "初步数　数据不完整" in found.text
    assert "数据不完整：缺报4份" in found.text
    assert (
        "京津冀招商分队（签约项目月报表未报、实到资金月报表未报、在谈项目月报表未报" in found.text
    )
    (row,) = [one for one in found.tables["表4"] if one["单位"] == "京津冀招商分队"]
    assert (row["应报"], row["未报"], row["按时"]) == ("4", "4", "")
    assert "京津冀招商分队*" in {one["单位"] for one in found.tables["表2"]}


def test_a_locked_month_is_final_and_corrections_of_the_month_before_are_told(drop: Drop) -> None:
    project = {
        "project_id": "GCKF-2021-0001", "project_name": "甲", "investor": "甲公司",
        "signed_on": dt.date(2021, 4, 12),
    }  # fmt: skip
    for amount in (20_000, 15_000):
        rows = [{**project, "contract_amount_cny": amount}]
        for month in ("2021-04", "2021-05"):
            drop.put(f"{month}/{amount}.xlsx", "signed_projects", "招商局", month, rows)
        last = drop.refresh()
    at = dt.datetime.now(BEIJING)
    journal = Journal(Warehouse(drop.settings.warehouse).journal)
    journal.append([Lock(MAY, last.run_id, "王芳", at)])
    drop.refresh()
    found = files(drop)
    for form in FORMATS:
        one = READERS[form](found[form])
        assert "核定数" in one.text
        assert f"{at:%Y-%m-%d}锁定" in one.text
        assert "本月尚未核定" not in one.text
        assert "上月数据已更正。自2021年5月7日以来" in one.text
        told = {(row["单位"], row["指标"]): row for row in one.tables["表5"]}
        row = told["全区", "招商引资合同投资额"]
        assert row == {
            "月份": "2021年4月", "单位": "全区", "指标": "招商引资合同投资额", "原公布数": "2",
            "更正或补报后": "1.5", "增减": "-0.5", "原因": "重报",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("causes", "how"),
    [
        ([["new_file"]], "补报"),
        ([["resubmission"], ["target"]], "更正"),
        ([["new_file"], ["correction"]], "更正或补报"),
        ([["new_file", "resubmission"]], "更正或补报"),
    ],
)
def test_what_was_filed_late_is_no_correction(
    golden: Drop, monkeypatch: pytest.MonkeyPatch, causes: list[list[str]], how: str
) -> None:
    rows = [
        {
            "report_month": dt.date(2021, 4, 1), "department": "全区", "figure": "value",
            "indicator_name": "招商引资合同投资额", "old_value": Decimal(2), "new_value": Decimal(3),
            "difference": Decimal(1), "causes": one,
        }
        for one in causes
    ]  # fmt: skip
    monkeypatch.setattr(changes, "moved_since", lambda *_, **__: rows)
    found = read(golden)
    assert f"上月数据已{how}。自" in found.text
    assert f"本通报的累计数已按{how}后的数字计算。" in found.text
    assert {row["更正或补报后"] for row in found.tables["表5"]} == {"3"}


def test_a_month_that_still_runs_is_told_up_to_the_day(golden: Drop) -> None:
    def said(day: dt.date, make: Callable[[Subject], Document] = monthly) -> str:
        with open_release(golden.settings.warehouse) as con:
            (release,) = fetch_rows(con, "from mart.release")
            at = dt.datetime.combine(day, dt.time(9), BEIJING)
            of_board = board(con, golden.zone, MAY)
            assert of_board is not None
            about = Subject(con, golden.zone, of_board, release | {"published_at": at})
            return READERS["html"](webpage.made(make(about))).text

    interim = said(dt.date(2021, 5, 20))
    assert "截至2021年5月20日，招商引资合同投资额" in interim
    assert "截至2021年5月31日" not in interim
    assert "初步数　快报）" in interim
    assert "以上为截至2021年5月20日的快报数" in interim
    for day in (dt.date(2021, 5, 31), dt.date(2021, 6, 4)):
        assert "截至2021年5月31日，招商引资合同投资额" in said(day)
        assert "快报" not in said(day)
    assert "截至5月20日，" in said(dt.date(2021, 5, 20), weekly)


def test_departments_that_tie_share_a_place(golden: Drop, bulletins: dict[str, Read]) -> None:
    ties = golden.query(
        "select indicator_name, rank, list(department) from mart.headline_indicators "
        "where report_month = ? and rank is not null group by all having count(*) > 1",
        [MAY],
    )
    assert ties
    for one in bulletins.values():
        ranks = {row["单位"]: row for row in one.tables["表2"]}
        for name, rank, departments in ties:
            assert {ranks[each][f"{name}/名次"] for each in departments} == {str(rank)}


# --- the week ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_every_number_of_the_week_is_the_database_s(golden: Drop, form: str) -> None:
    one = read(golden, form, kind=Kind.WEEKLY, today=dt.date(2021, 6, 25))
    assert "（2021年5月25日至5月31日" in one.text
    filed = golden.rows(
        "select * from mart.signed_projects where report_month = ? and audit_status = '审核通过' "
        "and role = '牵头'",
        [MAY],
    )
    week = (dt.date(2021, 5, 25), MAY + dt.timedelta(days=30))
    for section, column, count in (
        ("新签约", "signed_on", "签约"),
        ("新开工", "started_on", "开工"),
    ):
        known = {
            row["project_name"]: row
            for row in filed
            if row[column] and week[0] <= row[column] <= week[1]
        }
        assert f"{count}{len(known)}个" in one.text
        assert {row["项目名称"] for row in one.tables[section]} == known.keys()
        for row in one.tables[section]:
            of_it = known[row["项目名称"]]
            assert row["单位"] == of_it["department"]
            assert row["日期"] == f"5月{of_it[column].day}日"
            assert row["投资额（亿元）"] == plain(of_it["contract_amount_cny"] / 100_000_000)
    paid = golden.rows(
        "select label, contribution from mart.headline_rows where indicator_code = 'ZS02' "
        "and report_month = ? and filed_month = ? and contribution <> 0 order by contribution desc",
        [MAY, MAY],
    )
    ((month_value, value),) = golden.query(
        "select month_value, value from mart.zone_indicators "
        "where indicator_code = 'ZS02' and report_month = ?",
        [MAY],
    )
    told = f"{len(paid)}个项目实到{plain(month_value)}亿元，本年累计{plain(value)}亿元"
    assert told in one.text
    shown = [row["本月实到（亿元）"] for row in one.tables["资金到位"]]
    assert shown == [plain(row["contribution"]) for row in paid[: len(shown)]]
    assert f"列出前{len(shown)}项" in one.text
    due = golden.rows(
        "select * from mart.env_measures where report_month = ? and due_on <= '2021-07-02' "
        "and status in ('未启动', '推进中') order by due_on, measure_no",
        [MAY],
    )
    assert due
    assert f"7月2日前到期而未完成的{len(due)}条，其中已逾期0条" in one.text
    for row, of_it in zip(one.tables["临期任务"], due, strict=False):
        on = of_it["due_on"]
        assert row["条目"] == str(of_it["measure_no"])
        assert row["责任单位"] == of_it["lead_dept"]
        assert row["完成时限"] == f"{on.year}年{on.month}月{on.day}日"
        assert row["状态"] == of_it["status"]


def test_the_week_counts_projects_and_not_rows() -> None:
    """Two departments and two numbers tell of one project."""
    con = duckdb.connect()
    con.execute("create schema mart")
    con.execute(
        "create table mart.project_ids as select * from (values "
        "('P1', 'P1'), ('P2', 'P1'), ('P3', 'P3')) as t (filed_id, project_id)"
    )
    con.execute(
        "create table mart.headline_rows as select *, 'ZS02' as indicator_code, "
        "date '2021-05-01' as report_month, date '2021-05-01' as filed_month, row_key as label "
        "from (values ('甲局', 'P1', 1::decimal(38, 12)), ('乙局', 'P2', 2), ('丙局', 'P3', 4), "
        "('丙局', 'P4', 0)) as t (department, row_key, contribution)"
    )
    con.execute(
        "create table mart.signed_projects as select *, project_id as project_name, "
        "date '2021-05-01' as report_month, '牵头' as role, '审核通过' as audit_status, "
        "'开工' as status from (values ('乙局', 'P2', date '2021-05-28', 1e8::decimal(18, 4)), "
        "('甲局', 'P1', date '2021-05-27', 1e8), ('丙局', 'P3', date '2021-05-26', 2e8)) "
        "as t (department, project_id, started_on, contract_amount_cny)"
    )
    paid = fetch_rows(con, statement("bulletin/paid"), {"month": MAY, "most": 9})
    assert [(row["project_id"], row["department"], row["amount"], row["of_all"]) for row in paid] == [
        ("P3", "丙局", 4, 2), ("P1", "乙局、甲局", 3, 2),
    ]  # fmt: skip
    days = {"since": dt.date(2021, 5, 25), "until": dt.date(2021, 5, 31)}
    started = fetch_rows(con, statement("bulletin/started"), {"month": MAY, "most": 1, **days})
    assert [(row["project_id"], row["of_all"]) for row in started] == [("P1", 2)]


def test_a_measure_that_is_overdue_is_told_so(golden: Drop) -> None:
    found = read(golden, kind=Kind.WEEKLY, today=dt.date(2021, 12, 29))
    assert {row["状态"] for row in found.tables["临期任务"]} == {"已逾期"}
    # Without a day of its own the week is that of the figures, in which nothing is due.
    assert "没有6月7日前到期而未完成的营商环境任务" in read(golden, kind=Kind.WEEKLY).text


def test_sheets_are_printed_on_a4(golden: Drop) -> None:
    data = files(golden, formats=("xlsx",))["xlsx"]
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4


# --- what is hostile -----------------------------------------------------------------------------

HOSTILE = (
    '=HYPERLINK("http://x","点")',
    "<script>alert(1)</script><b>粗</b>",
    "{{抄送}}{{ ''.__class__ }}",
    "{% for x in y %}&amp;",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    drop = Drop(tmp_path_factory.mktemp("hostile"))
    rows = [
        {
            "project_id": f"GCKF-2021-000{number}", "project_name": name, "investor": f"{name}公司",
            "signed_on": dt.date(2021, 5, 30 - number), "contract_amount_cny": 20_000 + number,
        }
        for number, name in enumerate(HOSTILE, start=1)
    ]  # fmt: skip
    drop.put("a.xlsx", "signed_projects", "招商局", "2021-05", rows)
    drop.refresh()
    return drop


@pytest.mark.parametrize("kind", Kind)
def test_hostile_names_stay_text(hostile: Drop, kind: Kind) -> None:
    found = files(hostile, kind=kind)
    table = "表3" if kind is Kind.MONTHLY else "新签约"
    for form in ("html", "xlsx"):
        rows = READERS[form](found[form]).tables[table]
        shown = {row["项目名称"].rstrip("…") for row in rows}
        assert all(any(name.startswith(one) for name in HOSTILE) for one in shown - {"合计"})
    assert b"<script" not in found["html"]
    document = docx.Document(io.BytesIO(found["docx"]))
    texts = {cell.text.rstrip("…") for one in document.tables for cell in one._cells}
    assert any(HOSTILE[2].startswith(one) for one in texts if one.startswith("{{"))
    book = openpyxl.load_workbook(io.BytesIO(found["xlsx"]))
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


# --- templates -----------------------------------------------------------------------------------


def own_template(folder: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for one in paragraphs:
        document.add_paragraph(one)
    path = folder / "本区.docx"
    document.save(str(path))
    return path


def test_a_zone_has_its_own_template(golden: Drop, tmp_path: Path) -> None:
    own_template(
        tmp_path, "红头文件 {{开发区}}办公室", "{{ 文号 }}", "{{标题}}", "{{报送情况}}", "署名"
    )
    zone = with_bulletin(
        golden.zone, template="本区.docx", document_number="谷开招通〔{year}〕{month}号"
    )
    data = files(golden, formats=("docx",), zone=zone, folder=tmp_path)["docx"]
    document = docx.Document(io.BytesIO(data))
    texts = [one.text for one in document.paragraphs]
    assert texts[0] == "红头文件 谷城经济开发区办公室"
    assert texts[1] == "谷开招通〔2021〕5号"
    assert texts[2] == "谷城经济开发区招商引资情况通报"
    assert len(document.tables) == 1


def test_a_place_may_stand_in_several_runs_and_in_a_header(golden: Drop, tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("截至")
    for part in ("前{", "{ 年", " }}年{{", "月}}月后"):
        paragraph.add_run(part)
    document.sections[0].header.paragraphs[0].text = "{{数据状态}}"
    document.save(str(tmp_path / "t.docx"))
    zone = with_bulletin(golden.zone, template="t.docx")
    data = files(golden, formats=("docx",), zone=zone, folder=tmp_path)["docx"]
    filled = docx.Document(io.BytesIO(data))
    assert filled.paragraphs[0].text == "截至前2021年5月后"
    assert filled.sections[0].header.paragraphs[0].text == "初步数"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{不认识}}", "{{不认识}}"),
        ("{{ ''.__class__.__mro__ }}", "__mro__"),
        ("{% for x in range(9) %}", "{% for x in range(9) %}"),
        ("{{标题", "{{标题"),
        ("前{{正文}}", "{{正文}}"),
    ],
)
def test_a_template_that_is_wrong_is_named_with_the_place(
    golden: Drop, tmp_path: Path, text: str, named: str
) -> None:
    path = own_template(tmp_path, text)
    zone = with_bulletin(golden.zone, template=path.name)
    with pytest.raises(SettingsError) as error:
        files(golden, formats=("docx",), zone=zone, folder=tmp_path)
    for said_so in (str(error.value), error.value.chinese):
        assert str(path) in said_so
        assert named in said_so


# A template from elsewhere, at an address that ends as the kind of a harmless link does.
OUTSIDE = (
    '<Relationships><Relationship Id="a" Type="x/attachedTemplate" Target="http://x/hyperlink" '
    'TargetMode="External"/></Relationships>'
)
# The words of a field, parted among runs as Word itself parts them.
SPLIT = "<p><fldChar/><instrText> INCL</instrText><instrText>UDETEXT c:/x</instrText></p>"


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("word/vbaProject.bin", b"macro"),
        ("word/embeddings/oleObject1.bin", b"ole"),
        (
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship Type="x/attachedTemplate" TargetMode="External"/>'
            b"</Relationships>",
        ),
        ("word/extra.xml", b"<w:instrText>  DDEAUTO c:\\\\windows cmd</w:instrText>"),
        ("word/extra.xml", b"<w:instrText>INCLUDE</w:instrText><w:instrText>TEXT x</w:instrText>"),
        ("word/extra.xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        ("word/extra.xml", b"<!--" + b" " * 5000 + b"--><!DOCTYPE x><x/>"),
        ("word/_rels/extra.rels", OUTSIDE.encode()),
        ("word/_rels/extra.rels", OUTSIDE.replace("External", "E&#120;ternal").encode()),
        ("word/_rels/extra.rels", OUTSIDE.encode("utf-16")),
        (
            "word/_rels/extra.rels",
            b'<Relationships><Relationship Type="x/aFChunk"/></Relationships>',
        ),
        ("word/header9.words", SPLIT.encode()),
        ("word/extra.xml", SPLIT.replace("INCL", "&#73;NCL").encode()),
        ("word/extra.xml", b'<x xmlns:r="y"><blip r:link="rId1"/></x>'),
        ("word/extra.xml", b"<settings><mailMerge/></settings>"),
        ("word/extra.xml", b"<x>" + b"<y/>" * 3_000_000 + b"</x>"),
    ],
)
def test_a_template_that_runs_or_fetches_is_refused(
    tmp_path: Path, part: str, content: bytes
) -> None:
    path = own_template(tmp_path, "{{标题}}")
    with zipfile.ZipFile(path, "a") as container:
        container.writestr(part, content)
    with pytest.raises(SettingsError, match=part.rpartition("/")[2]):
        template.opened(path)


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 40])
def test_a_template_that_is_no_word_file_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "t.docx"
    path.write_bytes(data)
    with pytest.raises(SettingsError, match=r"t\.docx"):
        template.opened(path)
    with pytest.raises(SettingsError, match=r"none\.docx"):
        template.opened(tmp_path / "none.docx")


@pytest.mark.parametrize("kind", Kind)
def test_the_stored_templates_are_those_of_the_layout(kind: Kind) -> None:
    """`python -m scripts.write_bulletin_templates` writes them anew."""
    target = io.BytesIO()
    template.own(kind).save(target)

    @cache
    def parts(source: Any) -> dict[str, bytes]:
        with zipfile.ZipFile(source) as container:
            return {one: container.read(one) for one in container.namelist()}

    assert parts(template.OWN / f"{kind}.docx") == parts(target)


# --- the command ---------------------------------------------------------------------------------


def command(drop: Drop, *more: object) -> int:
    settings = drop.settings
    places = ["--raw", settings.raw, "--warehouse", settings.warehouse, "--orchestrator", "none"]
    return run_command([*map(str, ("bulletin", *more, *places))])


def test_the_command_writes_what_the_ending_says_and_nothing_over_a_file(
    golden: Drop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "通报.HTML"
    assert command(golden, "--month", "2021-05", "-o", target) == 0
    assert target.read_bytes().startswith(b"<!DOCTYPE html>")
    target.write_text("mine")
    assert command(golden, "--month", "2021-05", "-o", target) == 2
    assert target.read_text() == "mine"
    assert command(golden, "--month", "2021-05", "-o", target, "--force", "--weekly") == 0
    assert "周调度" in target.read_text()
    assert command(golden, "--month", "2021-05", "-o", tmp_path / "x.pdf") == 2
    assert command(golden, "--month", "2021-05", "-o", tmp_path / "x", "--format", "xlsx") == 0
    assert openpyxl.load_workbook(io.BytesIO((tmp_path / "x").read_bytes())).sheetnames[0] == "通报"
    assert command(golden, "--month", "2020-05", "-o", tmp_path / "y.docx") == 1
    assert not (tmp_path / "y.docx").exists()
    capsys.readouterr()
    assert command(golden, "--month", "2021年5月", "-o", tmp_path / "z.html", "--json") == 0
    ((fingerprint,),) = golden.query("select fingerprint from mart.release")
    assert f'"fingerprint": "{fingerprint}"' in capsys.readouterr().out
