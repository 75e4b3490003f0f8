"""What a finding can move: correcting its row moves the figures by no more than that, for any row of any year.

Years are made up from a seed: contracts, payments and talks of three departments. Each case breaks one
row as departments do, asks what the finding can move, corrects the row, and compares. Figures
before and after are the sums of the rows that count.
"""

import datetime as dt
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from house import WAN, YI, House

from flows.publish import effects
from flows.store.warehouse import fetch_rows

DEPARTMENTS = ("甲局", "乙局", "丙局")
JAN, FEB = "2021-01", "2021-02"
SIGNED, PAID, TALKS = "signed_projects", "paid_in", "pipeline_projects"
AMOUNT = {SIGNED: "contract_amount_cny", PAID: "paid_month_cny", TALKS: "planned_amount_cny"}
ADDS_UP = {SIGNED: "ZS01", PAID: "ZS02", TALKS: "ZS04a"}
Row = dict[str, Any]
Figures = dict[str, Decimal]


@dataclass
class Case:
    """A row that is wrong: where it is filed, what is said of it, and the row as it should be."""

    slug: str
    department: str
    right: Row
    wrong: Row | None
    """None: it is not filed at all."""
    rule: str
    severity: str = "error"
    cell: str | None = None
    value: str | None = None
    proposed: str | None = None
    hides: bool = False
    """Whether it is an error that hides the project: then it states just that project's amount."""


@dataclass
class Year:
    """What is filed for January and February, by return and department."""

    chance: random.Random
    rows: dict[tuple[str, str, str], list[Row]] = field(default_factory=dict)

    @classmethod
    def of(cls, seed: int) -> "Year":
        year = cls(random.Random(seed))  # noqa: S311 - a year made up
        number = itertools.count(1)
        for department in DEPARTMENTS:
            contracts = [year._contract(next(number)) for _ in range(year.chance.randint(1, 4))]
            talks = [year._talk(next(number)) for _ in range(year.chance.randint(1, 3))]
            for month in (JAN, FEB):
                year.rows[SIGNED, department, month] = contracts
                year.rows[TALKS, department, month] = talks
                year.rows[PAID, department, month] = [
                    year._payment(one, month) for one in contracts
                ]
        return year

    def _amount(self, most: int) -> Decimal:
        return self.chance.randint(10, most) * 100 * WAN

    def _contract(self, number: int) -> Row:
        kind = self.chance.choice(("正式合同", "正式合同", "补充协议"))
        status = self.chance.choice(("签约", "开工"))
        return {
            "project_id": f"GCKF-2021-{number:04}",
            "contract_amount_cny": self._amount(1_200),
            "sector": self.chance.choice(("工业", "农业")),
            "contract_type": kind,
            "nature": self.chance.choice(("新引进", "增资扩产")),
            "signed_on": dt.date(2021, 1, self.chance.randint(1, 31)),
            "status": status,
            "started_on": dt.date(2021, 1, 31) if status == "开工" else None,
        }

    def _talk(self, number: int) -> Row:
        return {"project_id": f"GCKF-2021-{number:04}", "planned_amount_cny": self._amount(400)}

    def _payment(self, contract: Row, month: str) -> Row:
        paid = self._amount(100)
        return {
            "project_id": contract["project_id"],
            "paid_month_cny": paid,
            "paid_ytd_cny": paid if month == JAN else None,
        }

    def pick(self, slug: str) -> tuple[str, Row]:
        department = self.chance.choice(DEPARTMENTS)
        return department, self.chance.choice(self.rows[slug, department, FEB])


# --- how rows are broken -------------------------------------------------------------------------


def held(year: Year) -> Case:
    """An error in a cell that no figure rests on, in any of the three returns."""
    slug = year.chance.choice((SIGNED, PAID, TALKS))
    department, row = year.pick(slug)
    return Case(slug, department, row, row, "R102", cell="project_name", hides=True)


def not_allowed(year: Year) -> Case:
    """A choice that is none: what the figure asks stands empty."""
    slug = year.chance.choice((SIGNED, PAID, TALKS))
    department, row = year.pick(slug)
    cell = "audit_status" if slug == PAID else year.chance.choice(("role", "audit_status"))
    return Case(slug, department, row, {**row, cell: None}, "R104", cell=cell, hides=True)


def unreadable(year: Year) -> Case:
    """An amount that can't be read; the month before has it."""
    slug = year.chance.choice((SIGNED, TALKS))
    department, row = year.pick(slug)
    wrong = {**row, AMOUNT[slug]: None}
    return Case(slug, department, row, wrong, "R110", cell=AMOUNT[slug], hides=True)


def unreadable_payment(year: Year) -> Case:
    """A payment that can't be read: the year's cumulative tells what it is."""
    department, row = year.pick(PAID)
    (last,) = (
        one for one in year.rows[PAID, department, JAN] if one["project_id"] == row["project_id"]
    )
    row["paid_ytd_cny"] = last["paid_ytd_cny"] + row["paid_month_cny"]
    wrong = {**row, "paid_month_cny": None}
    return Case(PAID, department, row, wrong, "R110", cell="paid_month_cny", hides=True)


def slipped_far(year: Year) -> Case:
    """10000 times the amount: held back, and what is proposed is the amount."""
    return _slipped(year, 10_000, "error")


def slipped(year: Year) -> Case:
    """10 times the amount, or a tenth of it: it counts meanwhile."""
    return _slipped(year, year.chance.choice((10, Decimal("0.1"))), "warning")


def _slipped(year: Year, power: Any, severity: str) -> Case:
    slug = year.chance.choice((SIGNED, TALKS))
    department, row = year.pick(slug)
    right = row[AMOUNT[slug]]
    wrong = {**row, AMOUNT[slug]: right * power}
    said = f"{(right / WAN).normalize():f}万元"
    return Case(
        slug, department, row, wrong, "R106", severity, AMOUNT[slug], proposed=said,
        hides=severity == "error",
    )  # fmt: skip


def framework(year: Year) -> Case:
    """A warning that says why a contract is left out (X211)."""
    department, row = year.pick(SIGNED)
    wrong = {**row, "contract_type": "框架协议"}
    return Case(SIGNED, department, row, wrong, "X211", "warning", "contract_type", hides=True)


def local(year: Year) -> Case:
    slug = year.chance.choice((SIGNED, TALKS))
    department, row = year.pick(slug)
    wrong = {**row, "capital_origin": "县内"}
    return Case(slug, department, row, wrong, "X212", "warning", "capital_origin", hides=True)


def too_much(year: Year) -> Case:
    """A payment that is questioned (M408): what was really paid is anything less."""
    department, row = year.pick(PAID)
    right = {**row, "paid_month_cny": row["paid_month_cny"] * year.chance.randint(0, 9) / 10}
    return Case(PAID, department, right, row, "M408", "warning", "paid_month_cny")


def twice(year: Year) -> Case:
    """A voucher that another project has (R112): the payment is none of this one."""
    department, row = year.pick(PAID)
    right = {**row, "audit_status": "退回"}
    return Case(PAID, department, right, row, "R112", "warning", "evidence_no")


def gone(year: Year) -> Case:
    """A project that is missing this month (M401)."""
    slug = year.chance.choice((SIGNED, TALKS))
    department, row = year.pick(slug)
    return Case(slug, department, row, None, "M401", value=row["project_id"], hides=True)


BREAKS: tuple[Callable[[Year], Case], ...] = (
    held, not_allowed, unreadable, unreadable_payment, slipped_far, slipped, framework, local,
    too_much, twice, gone,
)  # fmt: skip


# --- what it moves -------------------------------------------------------------------------------


def file(house: House, year: Year, case: Case) -> str:
    """Files the two months with the one row as it is wrong; gives the number of its submission."""
    house.empty()
    house.months(JAN, FEB)
    house.targets("全区", ZS01=30, ZS02=10, ZS03=8, ZS04=9, ZS05=3)
    said_of = ""
    for (slug, department, month), rows in year.rows.items():
        if (slug, department, month) == (case.slug, case.department, FEB):
            mine = _beside(rows, case, case.wrong)
            said_of = house.file(slug, department, month, *mine)
            say(house, case, said_of, len(mine))
        else:
            house.file(slug, department, month, *rows)
    return said_of


def correct(house: House, year: Year, case: Case, key: str) -> None:
    """Files it anew with the row as it should be; nothing is said of it any more."""
    for table in ("core.findings", "core.submissions", f"rows.{case.slug}"):
        house.con.execute(f"delete from {table} where submission_id = ?", [key])
    rows = year.rows[case.slug, case.department, FEB]
    house.file(case.slug, case.department, FEB, *_beside(rows, case, case.right))


def _beside(rows: list[Row], case: Case, row: Row | None) -> list[Row]:
    """The department's rows with this one in the place of the case's."""
    rest = [one for one in rows if one["project_id"] != case.right["project_id"]]
    return rest if row is None else [row, *rest]


def say(house: House, case: Case, key: str, rows_found: int) -> None:
    holds = case.severity == "error" and case.wrong is not None
    house._insert(
        "core.findings",
        [
            {
                "submission_id": key,
                "rule": case.rule,
                "severity": case.severity,
                "holds": holds,
                "sheet": "Sheet1" if case.wrong is not None else "",
                "excel_row": 5 if case.wrong is not None else None,
                "field": case.cell,
                "value": case.value,
                "proposed": case.proposed,
                "message": case.rule,
                "report_month": dt.date(2021, 2, 1),
                "department": case.department,
                "return_name": case.slug,
            }
        ],
    )
    if holds:
        # A file of which every row is held back is turned back.
        turned_back = rows_found == 1
        house.con.execute(
            "update core.submissions set rows_held = 1, status = ?, is_accepted = ?, is_current = ? "
            "where submission_id = ?",
            ["rejected" if turned_back else "partly_accepted", *[not turned_back] * 2, key],
        )


def figures(house: House) -> Figures:
    """The zone's figures of February, as sums of what counts; and on record, for what follows."""
    house.settle_first_filings()
    house.con.execute("truncate record.headline_candidates")
    house.con.execute(
        "insert into record.headline_candidates by name from live.headline_candidates"
    )
    found = house.con.execute(
        "select indicator_code, sum(contribution) from record.headline_candidates "
        "where report_month = '2021-02-01' and is_counted group by all"
    ).fetchall()
    return dict(found)


def stated_of(house: House) -> tuple[Figures, dict[str, Any]]:
    """What the one finding can move in the zone's figures, and how it is published."""
    effects.renew(house.con)
    found = house.con.execute(
        "select indicator_code, value from core.finding_effects where department = '全区'"
    ).fetchall()
    (told,) = fetch_rows(
        house.con, "select effect_indicator, effect_value, is_open from mart.findings"
    )
    return dict(found), told


def assert_bounded(house: House, seed: int) -> None:
    year = Year.of(seed)
    case = BREAKS[seed % len(BREAKS)](year)
    where = (seed, case)
    key = file(house, year, case)
    before = figures(house)
    stated, told = stated_of(house)
    correct(house, year, case, key)
    after = figures(house)
    nothing = Decimal(0)
    moved = {
        code: abs(after.get(code, nothing) - before.get(code, nothing))
        for code in {*before, *after}
    }
    for code, change in moved.items():
        assert change <= stated.get(code, nothing), (code, change, stated, where)
    if case.hides:
        adds_up = ADDS_UP[case.slug]
        amount = case.right[AMOUNT[case.slug]] / YI
        counts = case.slug != TALKS or amount >= 1
        told_and_moved = (stated.get(adds_up, nothing), moved.get(adds_up, nothing))
        assert told_and_moved == (amount if counts else 0,) * 2, (stated, moved, where)
    assert told["is_open"]
    assert told["effect_value"] == stated.get(told["effect_indicator"]), (told, stated, where)


# One of each kind, and a slip that lifts a small talk over the threshold.
@pytest.mark.parametrize("seed", [*range(len(BREAKS)), 257])
def test_correcting_moves_no_more_than_is_stated(house: House, seed: int) -> None:
    assert_bounded(house, seed)


@pytest.mark.nightly
def test_of_two_hundred_rows_none_moves_more_than_is_stated(house: House) -> None:
    for seed in range(100, 300):
        assert_bounded(house, seed)


def test_what_is_stated_are_points_of_each_scope_s_target(house: House) -> None:
    house.months("2021-01")
    house.targets("全区", ZS01=40, ZS03=4)
    house.targets("甲局", ZS01=8)
    key = house.file("signed_projects", "甲局", "2021-01", {}, {"project_id": "GCKF-2021-0002"})
    house.hold(key, 5, "R110")
    (told,) = house.read("select effect_indicator, effect_value, effect_pp from mart.findings")
    # A project of four is more than 6亿元 of 40.
    assert told == {"effect_indicator": "ZS03", "effect_value": 1, "effect_pp": 25}
    found = house.con.execute(
        "select department, value, pct from core.finding_effects where indicator_code = 'ZS01' "
        "order by all"
    ).fetchall()
    assert found == [("全区", 6, 15), ("甲局", 6, 75)]


def test_what_is_closed_moves_nothing_any_more(house: House) -> None:
    house.months("2021-01")
    key = house.file("signed_projects", "甲局", "2021-01", {"contract_type": "框架协议"})
    house._insert(
        "core.findings",
        [
            {"submission_id": key, "rule": "X211", "severity": "warning", "sheet": "Sheet1",
             "excel_row": 5, "field": "contract_type", "holds": False, "message": "框架协议",
             "explanation": words}
            for words in (None, "尚未签正式合同")
        ],
    )  # fmt: skip
    told = house.read("select is_open, effect_value from mart.findings order by all")
    assert [tuple(one.values()) for one in told] == [(False, None), (True, 6)]


def test_a_return_that_is_not_there_is_worth_what_it_was(house: House) -> None:
    house.months("2021-01", "2021-02")
    house.file("signed_projects", "甲局", "2021-01", {}, {"project_id": "GCKF-2021-0002"})
    house.file("signed_projects", "乙局", "2021-02", {"project_id": "GCKF-2021-0003"})
    house.con.execute(
        "insert into core.findings (rule, severity, holds, sheet, message, department, "
        "return_name, report_month) values ('B701', 'warning', false, '', '未报', '甲局', "
        "'signed_projects', '2021-02-01')"
    )
    (told,) = house.read("select effect_indicator, effect_value from mart.findings")
    assert told == {"effect_indicator": "ZS01", "effect_value": 12}


def test_a_file_turned_back_is_worth_all_its_rows(house: House) -> None:
    house.months("2021-01")
    key = house.file(
        "signed_projects", "甲局", "2021-01", {}, {"project_id": "GCKF-2021-0002"},
        is_accepted=False, is_current=False, status="rejected", version=None,
    )  # fmt: skip
    house.con.execute(
        "insert into core.findings (submission_id, rule, severity, holds, sheet, message, "
        "department, return_name, report_month) values (?, 'E003', 'error', false, '', '', "
        "'甲局', 'signed_projects', '2021-01-01')",
        [key],
    )
    # That it came late is to be explained, and explaining it lets no file in.
    house.con.execute(
        "insert into core.findings (submission_id, rule, severity, holds, sheet, message, "
        "department, return_name, report_month) values (?, 'E006', 'warning', false, '', '迟报', "
        "'甲局', 'signed_projects', '2021-01-01')",
        [key],
    )
    told = house.read(
        "select rule, is_open, effect_indicator, effect_value from mart.findings order by rule"
    )
    assert [tuple(one.values()) for one in told] == [
        ("E003", True, "ZS01", 12),
        ("E006", True, None, None),
    ]


def test_of_rows_that_share_a_key_one_stays_and_payments_go_together(house: House) -> None:
    house.months("2021-01")
    contracts = house.file(
        "signed_projects",
        "甲局",
        "2021-01",
        {},
        {"contract_amount_cny": 2 * YI},
        {"project_id": "X"},
    )
    payments = house.file(
        "paid_in", "甲局", "2021-01", {}, {"paid_month_cny": 3 * YI}, {"project_id": "X"}
    )
    for key, row in itertools.product((contracts, payments), (5, 6)):
        house.hold(key, row, "R109")
    told = house.read(
        "select distinct effect_indicator, effect_value from mart.findings order by all"
    )
    assert [tuple(one.values()) for one in told] == [("ZS01", 6), ("ZS02", 4)]


def turned_back(house: House, department: str | None, *rows: Row, **more: Any) -> str:
    """A version of 02 of January that is turned back."""
    return house.file(
        SIGNED, department, JAN, *rows,
        **{"is_accepted": False, "is_current": False, "status": "rejected", "version": None, **more},
    )  # fmt: skip


def say_of(house: House, key: str, rule: str, department: str | None, **more: Any) -> None:
    """An error of a version of 02 of January: of the whole, or of a row."""
    said = {"submission_id": key, "rule": rule, "severity": "error", "holds": False, "sheet": "",
            "message": rule, "department": department, "return_name": SIGNED,
            "report_month": dt.date(2021, 1, 1)}  # fmt: skip
    house._insert("core.findings", [said | more])


def zone_effects(house: House) -> dict[str, Figures]:
    """What each rule's finding can move in the zone's figures."""
    house.read("select count(*) from mart.findings")
    found: dict[str, Figures] = {}
    for rule, code, value in house.con.execute(
        "select findings.rule, effects.indicator_code, effects.value "
        "from core.finding_effects as effects inner join int.judged_findings as findings "
        "using (finding_key) where effects.department = '全区' order by all"
    ).fetchall():
        found.setdefault(rule, {})[code] = value
    return found


def test_a_version_turned_back_beside_one_that_counts_is_worth_the_difference(house: House) -> None:
    """As a whole, and of each row that is held in it."""
    house.months(JAN)
    house.file(SIGNED, "甲局", JAN, {}, {"project_id": "GCKF-2021-0002"})
    rows: list[Row] = [
        {}, {"project_id": "GCKF-2021-0002", "contract_amount_cny": 9 * YI},
        {"project_id": "GCKF-2021-0003", "sector": "农业"},
    ]  # fmt: skip
    key = turned_back(house, "甲局", *rows)
    say_of(house, key, "E007", "甲局")
    assert zone_effects(house)["E007"] == {"ZS01": 9, "ZS03": 1}
    for number, rule in ((5, "R107"), (6, "R102"), (7, "R104")):
        say_of(house, key, rule, "甲局", holds=True, sheet="Sheet1", excel_row=number)
    found = zone_effects(house)
    # The first row is as it counts.
    assert "R107" not in found
    assert found["R102"] == {"ZS01": 3}
    assert found["R104"] == {"ZS01": 6, "ZS03": 1}


def test_what_a_resubmission_would_take_away_is_stated(house: House) -> None:
    """Its rows may count for nothing, or it may report nothing."""
    house.months(JAN)
    house.file(SIGNED, "甲局", JAN, {})
    key = turned_back(house, "甲局", {"contract_type": "框架协议"})
    say_of(house, key, "E007", "甲局")
    nil = turned_back(house, "甲局")
    say_of(house, nil, "E005", "甲局")
    found = zone_effects(house)
    assert found["E007"]["ZS01"] == found["E005"]["ZS01"] == 6


def test_nobody_knows_what_a_version_that_can_t_be_read_would_change(house: House) -> None:
    """Where another one counts; where none does, it is worth what the return was last month."""
    house.months("2020-12", JAN)
    house.file(SIGNED, "甲局", "2020-12", {"signed_on": dt.date(2020, 12, 1)})
    current = house.file(SIGNED, "甲局", JAN, {"contract_amount_cny": 7 * YI})
    key = turned_back(house, "甲局", is_nil=False)
    say_of(house, key, "E002", "甲局")
    assert zone_effects(house) == {}
    house.con.execute("delete from core.submissions where submission_id = ?", [current])
    assert zone_effects(house)["E002"]["ZS01"] == 6


def test_who_misspells_its_name_is_known_by_its_folder(house: House) -> None:
    house.months(JAN)
    house.targets("甲局", ZS01=8)
    house.file(SIGNED, "甲局", JAN, {})
    key = turned_back(house, None, {}, {"project_id": "GCKF-2021-0002"}, folder_department="甲局")
    say_of(house, key, "E003", None)
    assert zone_effects(house)["E003"]["ZS01"] == 6
    found = house.con.execute(
        "select value, pct from core.finding_effects "
        "where department = '甲局' and indicator_code = 'ZS01'"
    ).fetchall()
    assert found == [(6, 75)]
