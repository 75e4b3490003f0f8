"""A zone's first 26 months, November 2022 to December 2024, and what its figures should be.

`Town` makes up contracts, payments and talks from a seed, writes them as departments would file them, and
works out the figures by itself, in plain Python, from what it made up and not from what it filed. In
these months there are: a zone that starts in mid-year, a department that ends, one that begins later and
takes projects over, one that gets a new name, targets that come late and change, definitions of a year's
own, a leap year, a campaign over a year's end, a contract filed too late to count.
"""

from __future__ import annotations

import calendar
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drop import Drop

FIRST, LAST = dt.date(2022, 11, 1), dt.date(2024, 12, 1)
# The first of them has the last name from the third refresh on.
FORMER, OLD, SECOND, ENDING, LATER = "甲招商局", "甲局", "乙局", "丙局", "丁局"
END, START = dt.date(2023, 6, 1), dt.date(2023, 7, 1)
CAMPAIGN = dt.date(2023, 11, 15), dt.date(2024, 2, 10)
STARTED = ("开工", "在建", "投产")

ZONE = """
[zone]
name = "两年开发区"

{readings}
[thresholds]
large_project = "1亿元"
talk_project = "1亿元"
major_project = "5亿元"
implausible_below = "10万元"
implausible_from = "100亿元"
{thresholds}

[projects]
number_pattern = 'QS-(?P<year>[0-9]{{4}})-[0-9]{{4}}'
number_example = "QS-2023-0001"

[campaign]
starts_on = 2023-11-15
ends_on = 2024-02-10

[[departments]]
name = "{first}"
aliases = ["{alias}"]
owes."2022-11" = ["signed_projects", "paid_in", "pipeline_projects"]

[[departments]]
name = "乙局"
owes."2022-11" = ["signed_projects", "paid_in", "pipeline_projects"]

[[departments]]
name = "丙局"
owes."2022-11" = ["signed_projects", "paid_in", "pipeline_projects"]
{until}

[[departments]]
name = "丁局"
owes."2023-07" = ["signed_projects", "paid_in", "pipeline_projects"]
"""


def zone_text(*, is_renamed: bool, has_end: bool, has_dated: bool) -> str:
    """The zone's file, as it is at a time."""
    return ZONE.format(
        first=OLD if is_renamed else FORMER,
        alias=FORMER if is_renamed else "甲",
        until='until = "2023-06"' if has_end else "",
        readings='[readings.2024]\ntime_basis = "day"\n' if has_dated else "",
        thresholds='[thresholds.2024]\nlarge_project = "2亿元"\n' if has_dated else "",
    )


def months(first: dt.date = FIRST, last: dt.date = LAST) -> Iterator[dt.date]:
    month = first
    while month <= last:
        yield month
        month = after(month)


def after(month: dt.date, count: int = 1) -> dt.date:
    number = month.year * 12 + month.month - 1 + count
    return dt.date(number // 12, number % 12 + 1, 1)


def end_of(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


@dataclass
class Contract:
    """A contract: in 万元, who has it first, since when it is filed, and what became of it."""

    number: str
    department: str
    amount: int
    signed_on: dt.date
    filed_from: dt.date
    origin: str
    kind: str
    nature: str
    sector: str
    audit: str
    started_on: dt.date | None = None
    ended_on: dt.date | None = None
    paid_before: int = 0
    """What was paid in the first year before it was first filed."""
    payments: dict[dt.date, int] = field(default_factory=dict)
    paid_audit: str = "审核通过"
    heir: str = SECOND

    def holder(self, month: dt.date) -> str:
        return self.heir if self.department == ENDING and month > END else self.department

    def status(self, month: dt.date) -> str:
        if self.ended_on and self.ended_on <= end_of(month):
            return "终止"
        return "开工" if self.started_on and self.started_on <= end_of(month) else "签约"

    def has_payment_row(self, month: dt.date) -> bool:
        """Once paid in, in every later month of the year."""
        if month < self.filed_from:
            return False
        paid = any(at.year == month.year and at <= month for at in self.payments)
        return paid or bool(self.paid_before and month.year == self.filed_from.year)

    def year_to_date(self, month: dt.date) -> int:
        before = self.paid_before if month.year == self.filed_from.year else 0
        return before + sum(
            n for at, n in self.payments.items() if at.year == month.year and at <= month
        )

    def total(self, month: dt.date) -> int:
        return self.paid_before + sum(n for at, n in self.payments.items() if at <= month)


@dataclass
class Talk:
    number: str
    department: str
    amount: int
    origin: str
    audit: str
    since: dt.date
    until: dt.date

    def holder(self, month: dt.date) -> str:
        return SECOND if self.department == ENDING and month > END else self.department


@dataclass(frozen=True)
class Target:
    year: int
    department: str
    code: str
    value: Decimal
    issued_on: dt.date
    doc_no: str | None = None


CODES = ("ZS01", "ZS02", "ZS03", "ZS04", "ZS05")
AMOUNTS = (800, 5_000, 9_999, 10_000, 10_001, 19_999, 20_000, 33_000, 49_999, 50_000, 120_000)


class Town:
    """What happened in the 26 months."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.contracts: list[Contract] = []
        self.talks: list[Talk] = []
        self._before_the_first_month()
        for month in months():
            for department in reporters(month):
                for _ in range(self.random.randint(0, 2)):
                    self._sign(department, month, month)
                if self.random.random() < 0.5:
                    self._talk(department, month)
        # Signed in December, told in January: too late for the one year, too early for the other.
        self._sign(SECOND, dt.date(2022, 12, 1), dt.date(2023, 1, 1), kind="正式合同")
        self.late = self.contracts[-1]
        for one in self.contracts:
            self._pay(one)
        self.targets = [*self._targets()]

    def _before_the_first_month(self) -> None:
        """Contracts of the year before anybody reported, some with money paid in by then."""
        for department, first in (
            (FORMER, FIRST),
            (SECOND, FIRST),
            (ENDING, FIRST),
            (LATER, START),
        ):
            for back in (1, 3, 5):
                self._sign(department, after(first, -back), first, kind="正式合同")
                contract = self.contracts[-1]
                contract.started_on = contract.signed_on
                contract.paid_before = self.random.choice((0, 100, 250))
        # What the later department takes over was reported by the one that ended.
        for one in [one for one in self.contracts if one.department == ENDING][:2]:
            one.heir = LATER

    def _sign(self, department: str, month: dt.date, filed_from: dt.date, **known: str) -> None:
        pick = self.random.choice
        signed_on = month.replace(day=self.random.randint(1, 28))
        contract = Contract(
            number=f"QS-{month.year}-{len(self.contracts) + 1:04}",
            department=department,
            amount=pick(AMOUNTS) + self.random.randint(0, 3) * 7,
            signed_on=signed_on,
            filed_from=filed_from,
            origin=pick(("省外", "省外", "省外", "境外", "县内")),
            kind=pick(("正式合同", "正式合同", "正式合同", "补充协议", "框架协议")),
            nature=pick(("新引进", "新引进", "增资扩产")),
            sector=pick(("工业", "工业", "农业")),
            audit=pick(("审核通过", "审核通过", "审核通过", "待审核")),
        )
        vars(contract).update(known)
        if self.random.random() < 0.6:
            contract.started_on = signed_on + dt.timedelta(days=self.random.randint(0, 120))
        if self.random.random() < 0.1:
            contract.ended_on = signed_on + dt.timedelta(days=self.random.randint(200, 400))
        self.contracts.append(contract)

    def _talk(self, department: str, month: dt.date) -> None:
        self.talks.append(
            Talk(
                f"QS-{month.year}-{5000 + len(self.talks)}",
                department,
                self.random.choice(AMOUNTS),
                self.random.choice(("省外", "省外", "县内")),
                self.random.choice(("审核通过", "审核通过", "待审核")),
                month,
                after(month, self.random.randint(1, 14)),
            )
        )

    def _pay(self, contract: Contract) -> None:
        contract.paid_audit = self.random.choice(("审核通过", "审核通过", "审核通过", "待审核"))
        if contract.started_on is None:
            return
        for month in months(max(contract.filed_from, contract.started_on.replace(day=1))):
            if contract.status(month) == "开工" and self.random.random() < 0.5:
                contract.payments[month] = self.random.randint(1, 300)

    def _targets(self) -> Iterator[Target]:
        for year, issued, names in (
            (2022, dt.date(2022, 11, 5), (FORMER, SECOND, ENDING)),
            (2023, dt.date(2023, 3, 10), (FORMER, SECOND, ENDING)),
            (2023, dt.date(2023, 7, 5), (LATER,)),
            (2024, dt.date(2024, 1, 15), (FORMER, SECOND, LATER)),
        ):
            whole = () if names == (LATER,) else ("全区",)
            for name in (*whole, *names):
                for code in CODES:
                    yield Target(year, name, code, Decimal(self.random.randint(2, 40)), issued)
        yield Target(2024, "全区", "ZS01", Decimal(77), dt.date(2024, 7, 9), "谷发〔2024〕9号")

    # --- as departments file it ------------------------------------------------------------------

    def file(self, drop: Drop, first: dt.date, last: dt.date, name_of_first: str) -> None:
        """Files the months from the first to the last, and the targets that were issued in them."""
        for month in months(first, last):
            for department in reporters(month):
                stated = name_of_first if department == FORMER else department
                for slug, rows in (
                    ("signed_projects", self._signed(department, month)),
                    ("paid_in", self._paid(department, month)),
                    ("pipeline_projects", self._talks(department, month)),
                ):
                    text = f"{month:%Y-%m}"
                    filed_on = str(after(month))
                    drop.put(
                        f"{text}/{department}/{slug}.xlsx",
                        slug, stated, text, rows, filed_on=filed_on,
                    )  # fmt: skip
        issued = {one.issued_on for one in self.targets if first <= one.issued_on <= end_of(last)}
        for day in sorted(issued):
            rows = [
                {
                    "year": one.year,
                    "department": name_of_first if one.department == FORMER else one.department,
                    "indicator_code": one.code,
                    "indicator": one.code,
                    "target": float(one.value),
                    "unit": "亿元" if one.code in {"ZS01", "ZS02"} else "个",
                    "doc_no": one.doc_no,
                    "issued_on": str(day),
                }
                for one in self.targets
                if one.issued_on == day
            ]
            drop.put(
                f"目标{day}.xlsx",
                "annual_targets", name_of_first, f"{day:%Y-%m}", rows, filed_on=str(day),
            )  # fmt: skip

    def _listed(self, department: str, month: dt.date) -> list[Contract]:
        return [
            one
            for one in self.contracts
            if one.filed_from <= month and one.holder(month) == department
        ]

    def _signed(self, department: str, month: dt.date) -> list[dict[str, Any]]:
        rows = []
        for one in self._listed(department, month):
            status = one.status(month)
            has_started = one.started_on is not None and one.started_on <= end_of(month)
            rows.append(
                {
                    "project_id": one.number,
                    "project_name": f"{one.number[-4:]}号项目",
                    "investor": f"第{one.number[-4:]}企业有限公司",
                    "capital_origin": one.origin,
                    "sector": one.sector,
                    "contract_type": one.kind,
                    "nature": one.nature,
                    "role": "牵头",
                    "contract_amount_cny": one.amount,
                    "signed_on": str(one.signed_on),
                    "status": status,
                    "started_on": str(one.started_on) if has_started else None,
                    "ended_on": str(one.ended_on) if status == "终止" else None,
                    "audit_status": one.audit,
                    "remark": "企业退出" if status == "终止" else "按约推进",
                }
            )
        return rows

    def _paid(self, department: str, month: dt.date) -> list[dict[str, Any]]:
        return [
            {
                "project_id": one.number,
                "project_name": f"{one.number[-4:]}号项目",
                "paid_month_cny": one.payments.get(month, 0),
                "paid_ytd_cny": one.year_to_date(month),
                "paid_total_cny": one.total(month),
                "evidence_no": f"P{one.number[-4:]}{month:%Y%m}",
                "audit_status": one.paid_audit,
            }
            for one in self._listed(department, month)
            if one.has_payment_row(month)
        ]

    def _talks(self, department: str, month: dt.date) -> list[dict[str, Any]]:
        return [
            {
                "project_id": one.number,
                "project_name": f"{one.number[-4:]}号在谈",
                "investor": f"第{one.number[-4:]}洽谈方有限公司",
                "planned_amount_cny": one.amount,
                "capital_origin": one.origin,
                "first_contact_on": str(one.since),
                "status": "在谈" if month < one.until else "已终止",
                "audit_status": one.audit,
                "remark": f"{month:%Y-%m}有接触",
            }
            for one in self.talks
            if one.since <= month <= one.until and one.holder(month) == department
        ]

    # --- the figures, by the handbook's formulas ---------------------------------------------------

    def figure(self, code: str, month: dt.date, department: str | None = None) -> Decimal:
        """The figure, None for the whole zone; exact, in 亿元 or a number."""
        departments = (FORMER, SECOND, ENDING, LATER) if department is None else (department,)
        return sum((self._figure(code, month, one) for one in departments), Decimal(0))

    def _figure(self, code: str, month: dt.date, department: str) -> Decimal:
        large = 20_000 if month.year == 2024 else 10_000
        contracts = self.counted(department, month)
        new = [
            one
            for one in contracts
            if one.nature == "新引进" and one.kind == "正式合同" and one.amount >= large
        ]
        year = [at for at in months() if at.year == month.year and at <= month]
        talks = [
            one
            for one in self.talks
            if one.since <= month < one.until
            and one.holder(month) == department
            and one.amount >= 10_000
            and (one.origin, one.audit) == ("省外", "审核通过")
        ]
        figures = {
            "ZS01": Decimal(sum(one.amount for one in contracts)) / 10_000,
            "ZS02": Decimal(sum(self._paid_in(department, at) for at in year)) / 10_000,
            "ZS03": Decimal(len(new)),
            "ZS03a": Decimal(sum(one.status(month) in STARTED for one in new)),
            "ZS04": Decimal(len(talks)),
            "ZS04a": Decimal(sum(one.amount for one in talks)) / 10_000,
            "ZS05": Decimal(sum(one.sector == "工业" and one.amount >= 50_000 for one in new)),
        }
        return figures[code]

    def counted(self, department: str, month: dt.date) -> list[Contract]:
        """S: the contracts of the year that count at the month's end."""
        return [
            one
            for one in self._listed(department, month)
            if one.audit == "审核通过"
            and one.origin != "县内"
            and one.status(month) != "终止"
            and one.kind in {"正式合同", "补充协议"}
            and dt.date(month.year, 1, 1) <= one.signed_on <= end_of(month)
        ]

    def _paid_in(self, department: str, month: dt.date) -> int:
        """The month's money, and what a first row brings along of a year that began unreported."""
        amount = 0
        for one in self._listed(department, month):
            if one.has_payment_row(month) and one.paid_audit == "审核通过":
                amount += one.payments.get(month, 0)
                if month == one.filed_from:
                    amount += one.paid_before
        return amount

    def target(self, code: str, month: dt.date, department: str) -> Decimal | None:
        """In force from the month of issue; before the first one, the first."""
        if department == ENDING and month > END:
            return None
        rows = sorted(
            (one.issued_on, one.value)
            for one in self.targets
            if (one.year, one.department, one.code) == (month.year, department, code)
        )
        issued = [value for day, value in rows if day <= end_of(month)]
        first = rows[0][1] if rows else None
        return issued[-1] if issued else first

    def scopes(self, month: dt.date) -> list[str]:
        """The departments that figures are told of."""
        names = (FORMER, SECOND, ENDING, LATER)
        with_targets = {one.department for one in self.targets if one.year == month.year}
        return [one for one in names if one in with_targets]

    def rate(self, code: str, month: dt.date, department: str) -> Fraction | None:
        target = self.target(code, month, department)
        if target is None:
            return None
        value = self.figure(code, month, None if department == "全区" else department)
        return Fraction(value) * 100 / Fraction(target)

    def rank(self, code: str, month: dt.date, department: str) -> int | None:
        own = self.rate(code, month, department)
        if own is None:
            return None
        rates = (self.rate(code, month, one) for one in self.scopes(month))
        return 1 + sum(rate is not None and rate > own for rate in rates)

    def progress(self, month: dt.date) -> Fraction:
        """How much of the year is over, in per cent: by days in 2024."""
        if month.year == 2024:
            return Fraction(end_of(month).timetuple().tm_yday * 100, 366)
        return Fraction(month.month * 100, 12)

    def campaign(self, month: dt.date) -> tuple[int, Decimal]:
        """How many contracts were signed in the campaign by the month's end, and of how much."""
        first, last = CAMPAIGN
        lists = [month] if month.year == first.year else [dt.date(first.year, 12, 1), month]
        contracts = [
            one
            for at in lists
            for department in (FORMER, SECOND, ENDING, LATER)
            for one in self.counted(department, at)
            if first <= one.signed_on <= min(end_of(month), last)
        ]
        return len(contracts), Decimal(sum(one.amount for one in contracts)) / 10_000


def reporters(month: dt.date) -> Sequence[str]:
    """The departments that report for the month."""
    return (FORMER, SECOND, ENDING) if month <= END else (FORMER, SECOND, LATER)


def half_up(rate: Fraction) -> int:
    return int((rate + Fraction(1, 2)) // 1)
