"""The questions of `docs/questions`: each one SELECT, its answer what Python works out from the golden rows."""

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from drop import Drop
from sqlglot import exp

from flows.ground.settings import PROJECT

FOLDER = PROJECT / "docs" / "questions"
FILES = sorted(FOLDER.glob("*.sql"))
MONTHS = ("2021-01", "2021-02", "2021-03", "2021-04", "2021-05")
MAY_END = dt.date(2021, 5, 31)
Row = dict[str, str]
Answer = Sequence[tuple[Any, ...]]


def golden_rows(number: str, month: str | None = None) -> list[Row]:
    (path,) = (PROJECT / "tests/golden").glob(f"{number}_*.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if month in {None, row.get("报告期")}]


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def yi(text: str) -> Decimal:
    return Decimal(text) / 10_000


def rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def added(pairs: Iterator[tuple[Any, Any]]) -> dict[Any, Any]:
    sums: dict[Any, Any] = defaultdict(int)
    for key, value in pairs:
        sums[key] += value
    return sums


# --- what counts, once more and by hand ----------------------------------------------------------


def introduced(row: Row) -> bool:
    return (row["审核状态"], row["引资角色"]) == ("审核通过", "牵头") and row[
        "资金来源地"
    ] != "县内"


def contracts(month: str) -> list[Row]:
    end = {"2021-02": "2021-02-28", "2021-04": "2021-04-30"}.get(month, f"{month}-31")
    return [
        row
        for row in golden_rows("02", month)
        if introduced(row)
        and row["项目状态"] != "终止"
        and row["合同类型"] in {"正式合同", "补充协议"}
        and "2021-01-01" <= row["签约日期"] <= end
    ]


def new_projects(month: str) -> list[Row]:
    return [
        row
        for row in contracts(month)
        if row["项目性质"] == "新引进"
        and row["合同类型"] == "正式合同"
        and Decimal(row["合同投资额"]) >= 10_000
    ]


def talks(month: str) -> list[Row]:
    return [
        row
        for row in golden_rows("04", month)
        if introduced(row) and row["项目状态"] == "在谈" and Decimal(row["拟投资额"]) >= 10_000
    ]


def payments(until: str) -> list[Row]:
    return [r for r in golden_rows("03") if r["报告期"] <= until and r["审核状态"] == "审核通过"]


def figures(month: str) -> dict[str, Decimal]:
    new = new_projects(month)
    return {
        "ZS01": sum((yi(row["合同投资额"]) for row in contracts(month)), Decimal(0)),
        "ZS02": sum((yi(row["本月实到投资额"]) for row in payments(month)), Decimal(0)),
        "ZS03": Decimal(len(new)),
        "ZS04": Decimal(len(talks(month))),
        "ZS05": Decimal(
            sum(r["产业类别"] == "工业" and Decimal(r["合同投资额"]) >= 50_000 for r in new)
        ),
    }


def targets(department: str) -> dict[str, Decimal]:
    return {
        row["指标代码"]: Decimal(row["目标值"])
        for row in golden_rows("01")
        if row["责任单位"] == department
    }


def projects() -> dict[str, dict[str, Any]]:
    """Every project with its newest rows: the contract's where there is one, else the talk's."""
    signed: dict[str, Row] = {}
    talking: dict[str, Row] = {}
    paid: dict[str, Row] = {}
    for number, kept in (("02", signed), ("04", talking), ("03", paid)):
        for row in golden_rows(number):
            before = kept.get(row["项目编号"])
            # A lead's row before a helper's, a later month's before an earlier one's.
            is_better = before is None or (row.get("引资角色") != "协办", row["报告期"]) >= (
                before.get("引资角色") != "协办",
                before["报告期"],
            )
            if is_better and (number != "03" or row["审核状态"] == "审核通过"):
                kept[row["项目编号"]] = row
    found = {}
    for one in {*signed, *talking, *paid}:
        contract, talk = signed.get(one), talking.get(one)
        is_signed = contract is not None and contract["合同类型"] in {"正式合同", "补充协议"}
        told = contract if is_signed or talk is None else talk
        assert told is not None
        if is_signed:
            stage = told["项目状态"]
        else:
            stage = {"在谈": "在谈", "已终止": "终止"}[(talk or {"项目状态": "在谈"})["项目状态"]]
        found[one] = {
            **told,
            "contract": contract,
            "talk": talk,
            "paid": paid.get(one),
            "stage": stage,
        }
    return found


def this_year() -> Iterator[dict[str, Any]]:
    for one in projects().values():
        contract = one["contract"]
        if contract and contract["签约日期"] >= "2021" and contract["引资角色"] == "牵头":
            yield one


def days_between(first: str, last: dt.date | None) -> int:
    since = day(first)
    assert since is not None
    assert last is not None
    return (last - since).days


# --- the answers ---------------------------------------------------------------------------------


def headline() -> Answer:
    target, values = targets("全区"), figures("2021-05")
    more = {
        "ZS03a": sum(bool(r["开工日期"]) for r in new_projects("2021-05")),
        "ZS04a": sum(yi(r["拟投资额"]) for r in talks("2021-05")),
    }
    named = {
        "ZS01": ("招商引资合同投资额", "亿元"),
        "ZS02": ("招商引资实到投资额", "亿元"),
        "ZS03": ("新引进亿元以上项目", "个"),
        "ZS03a": ("其中已开工项目", "个"),
        "ZS04": ("亿元以上在谈项目", "个"),
        "ZS04a": ("亿元以上在谈项目总投资", "亿元"),
        "ZS05": ("5亿元以上重大工业项目", "个"),
    }
    rows = []
    for code, (name, unit) in named.items():
        value = (values | more)[code]
        goal = target.get(code)
        rate = goal and Decimal(value) / goal * 100
        rows.append(
            (
                name,
                value,
                unit,
                goal,
                rate and int(rounded(rate, 0)),
                None if not rate else rate >= 50,
            )
        )
    return rows


def ranking() -> Answer:
    values = added((r["填报单位"], yi(r["合同投资额"])) for r in contracts("2021-05"))
    goals = {
        row["责任单位"]: Decimal(row["目标值"])
        for row in golden_rows("01")
        if row["指标代码"] == "ZS01" and row["责任单位"] != "全区"
    }
    rates = {name: values[name] / goal for name, goal in goals.items()}
    return [
        (
            name,
            rounded(values[name], 2),
            goal,
            int(rounded(rates[name] * 100, 0)),
            1 + sum(other > rates[name] for other in rates.values()),
        )
        for name, goal in goals.items()
    ]


def by_sector() -> Answer:
    rows = contracts("2021-05")
    sums = added((r["产业类别"], yi(r["合同投资额"])) for r in rows)
    counts = Counter(r["产业类别"] for r in rows)
    return [(sector, value, counts[sector]) for sector, value in sums.items()]


def by_origin() -> Answer:
    return list(Counter(r["资金来源地"] for r in new_projects("2021-05")).items())


def by_investor() -> Answer:
    rows = contracts("2021-05")
    return list(added((r["投资方类型"] or "未填", yi(r["合同投资额"])) for r in rows).items())


def month_on_month() -> Answer:
    own = [
        added(("all", yi(r["本月实到投资额"])) for r in payments(m) if r["报告期"] == m)["all"]
        for m in MONTHS
    ]
    return [
        (dt.date.fromisoformat(f"{month}-01"), value, value - own[n - 1] if n else None)
        for n, (month, value) in enumerate(zip(MONTHS, own, strict=True))
    ]


def this_month() -> Answer:
    after, before = (
        added((r["填报单位"], yi(r["合同投资额"])) for r in contracts(month))
        for month in ("2021-05", "2021-04")
    )
    departments = {r["责任单位"] for r in golden_rows("01")} - {"全区"}
    return [(name, after.get(name, 0) - before.get(name, 0)) for name in departments]


def stages() -> Answer:
    counts = Counter(one["stage"] for one in projects().values())
    whole = sum(counts.values())
    return [(s, n, rounded(Decimal(100 * n) / whole, 1)) for s, n in counts.items()]


def talk_stages() -> Answer:
    rows = talks("2021-05")
    sums = added((r["洽谈阶段"], yi(r["拟投资额"])) for r in rows)
    counts = Counter(r["洽谈阶段"] for r in rows)
    return [(stage, counts[stage], value) for stage, value in sums.items()]


def not_started() -> Answer:
    return [
        (
            one,
            p["项目名称"],
            p["填报单位"],
            day(p["签约日期"]),
            days_between(p["签约日期"], MAY_END),
        )
        for one, p in projects().items()
        if p["stage"] in {"签约", "注册"}
        and p["合同类型"] == "正式合同"
        and (p["审核状态"], p["引资角色"]) == ("审核通过", "牵头")
        and days_between(p["签约日期"], MAY_END) > 90
    ]


def days_to_start() -> Answer:
    days = [
        days_between(p["contract"]["签约日期"], day(p["contract"]["开工日期"]))
        for p in this_year()
        if p["contract"]["开工日期"]
    ]
    return [(len(days), min(days), max(days), sum(days))]


def paid_share() -> Answer:
    chosen = [
        p
        for p in this_year()
        if p["contract"]["合同类型"] == "正式合同"
        and p["stage"] != "终止"
        and p["contract"]["审核状态"] == "审核通过"
    ]
    agreed = added((p["填报单位"], Decimal(p["合同投资额"]) * 10_000) for p in chosen)
    paid = added(
        (p["填报单位"], Decimal(p["paid"]["自签约累计实到投资额"]) * 10_000)
        for p in chosen
        if p["paid"]
    )
    return [
        (name, amount, paid.get(name, 0), rounded(Decimal(100) * paid.get(name, 0) / amount, 1))
        for name, amount in agreed.items()
    ]


def paid_by_sector() -> Answer:
    sectors = {one: p["产业类别"] for one, p in projects().items()}
    rows = payments("2021-05")
    return list(added((sectors[r["项目编号"]], yi(r["本月实到投资额"])) for r in rows).items())


def overdue_measures() -> Answer:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in golden_rows("09", "2021-05"):
        is_open = row["完成情况"] in {"未启动", "推进中"}
        for n, until in enumerate(("9999", "2021-07-31", "2021-05-31")):
            counts[row["责任单位"]][n] += is_open and row["完成时限"] <= until
    return [(name, *numbers) for name, numbers in counts.items()]


def handlers() -> Answer:
    rows = golden_rows("11")
    closed = Counter(r["承办单位"] for r in rows if r["办理状态"] == "办结")
    return [(name, n, closed[name]) for name, n in Counter(r["承办单位"] for r in rows).items()]


def leaders() -> Answer:
    rows = golden_rows("05")
    days = added((r["带队领导"], Decimal(r["天数"])) for r in rows)
    km = added((r["带队领导"], Decimal(r["行程公里"])) for r in rows)
    trips = Counter(r["带队领导"] for r in rows)
    return [(name, n, days[name], km[name]) for name, n in trips.items()]


def not_on_time() -> Answer:
    due = {"2021-02": dt.date(2021, 3, 2)}
    return [
        (
            dt.date.fromisoformat(f"{r['报告期']}-01"),
            r["填报单位"],
            r["报表名称"],
            "迟报",
            due["2021-02"],
        )
        for r in golden_rows("00")
        if r["报告期"] in due and r["报出日期"] > str(due[r["报告期"]])
    ]


def to_go() -> Answer:
    values = figures("2021-05")
    gaps = {code: max(goal - values[code], Decimal(0)) for code, goal in targets("全区").items()}
    return [(code, gap, rounded(gap / 7, 2)) for code, gap in gaps.items()]


def largest_talks() -> Answer:
    chosen = [
        (one, p)
        for one, p in projects().items()
        if p["stage"] == "在谈" and introduced(p) and p["talk"]
    ]
    chosen.sort(key=lambda pair: (-Decimal(pair[1]["talk"]["拟投资额"]), pair[0]))
    return [
        (
            one,
            p["项目名称"],
            p["填报单位"],
            Decimal(p["talk"]["拟投资额"]) * 10_000,
            p["talk"]["洽谈阶段"],
            days_between(p["talk"]["首次对接日期"], MAY_END),
        )
        for one, p in chosen[:5]
    ]


def visitors() -> Answer:
    rows = golden_rows("07")
    firms: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        firms[row["来源省份"]].add(row["来访企业"])
    people = added((r["来源省份"], int(r["客商人数"])) for r in rows)
    return [(province, len(found), people[province]) for province, found in firms.items()]


ANSWERS: dict[str, Callable[[], Answer]] = {
    "01-headline": headline,
    "02-ranking": ranking,
    "03-by-sector": by_sector,
    "04-by-origin": by_origin,
    "05-by-investor": by_investor,
    "06-month-on-month": month_on_month,
    "07-this-month": this_month,
    "08-stages": stages,
    "09-talk-stages": talk_stages,
    "10-not-started": not_started,
    "11-days-to-start": days_to_start,
    "12-paid-share": paid_share,
    "13-paid-by-sector": paid_by_sector,
    "14-overdue-measures": overdue_measures,
    "15-handlers": handlers,
    "16-leaders": leaders,
    "17-not-on-time": not_on_time,
    "18-to-go": to_go,
    "19-largest-talks": largest_talks,
    "20-visitors": visitors,
}


def plain(answer: Answer) -> list[tuple[Any, ...]]:
    """Rows that are equal where their numbers are, in an order of their own."""
    rows = [
        tuple(
            Decimal(str(cell)).normalize() + 0
            if isinstance(cell, Decimal | float | int) and not isinstance(cell, bool)
            else cell
            for cell in row
        )
        for row in answer
    ]
    return sorted(rows, key=repr)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_question_is_answered_as_python_does(golden: Drop, path: Path) -> None:
    found = golden.query(path.read_text("utf-8"))
    assert found
    assert plain(found) == plain(ANSWERS[path.stem]())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_question_is_one_select_over_mart(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("-- ")
    (statement,) = (one for one in sqlglot.parse(text, dialect="duckdb") if one)
    assert isinstance(statement, exp.Select)
    assert not list(statement.find_all(exp.CTE, exp.Subquery))
    assert {table.db for table in statement.find_all(exp.Table)} == {"mart"}


def test_every_answer_has_its_question() -> None:
    assert [path.stem for path in FILES] == list(ANSWERS)
    assert len(ANSWERS) == 20
