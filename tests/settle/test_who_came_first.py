"""One project counts once, for whoever filed it first: filing a month again loses no place."""

from decimal import Decimal

import openpyxl
import pytest
from drop import Drop
from past import assert_sound, house_of
from seldom import nightly

from flows.ask import decisions

pytestmark = pytest.mark.slow

A, B, C = "招商局", "经济发展局", "项目服务中心"
LOW, HIGH = "GCKF-2021-0001", "GCKF-2021-0002"
MONTH = "2021-01"


def sign(drop: Drop, name: str, department: str, key: str, yi: int, **more: object) -> None:
    """A contract of so many 亿元; all are of one investor and signed on one day."""
    contract = {"project_id": key, "contract_amount_cny": yi * 10_000, **more}
    drop.put(name, "signed_projects", department, MONTH, [contract])


def counted(drop: Drop) -> list[str]:
    """The departments whose row counts in the contract amount."""
    found = drop.query(
        "select department from mart.headline_rows where indicator_code = 'ZS01' order by all"
    )
    return [department for (department,) in found]


@pytest.mark.nightly
def test_of_two_leads_of_a_project_the_one_first_filed_counts(drop: Drop) -> None:
    """The first one's path comes last, and it was signed last: only the refresh speaks for it."""
    sign(drop, "乙.xlsx", A, LOW, 6, signed_on="2021-01-21")
    drop.refresh()
    sign(drop, "一.xlsx", B, LOW, 7, signed_on="2021-01-20")
    drop.refresh()
    assert counted(drop) == [A]
    sign(drop, "丙.xlsx", A, LOW, 6, signed_on="2021-01-21", remark="补充说明")
    drop.refresh()
    assert counted(drop) == [A]
    assert_sound(drop)


def test_of_two_numbers_of_one_project_the_one_first_filed_counts(drop: Drop) -> None:
    """Signed on one day: who filed first counts, though the number is higher and the path later."""
    sign(drop, "乙.xlsx", A, HIGH, 6)
    drop.refresh()
    sign(drop, "一.xlsx", B, LOW, 7)
    drop.refresh()
    decisions.decide(house_of(drop), LOW, HIGH, is_same=True, by="张三")
    drop.refresh()
    assert counted(drop) == [A]
    assert drop.value("ZS01", MONTH) == Decimal(6)


@pytest.mark.nightly
def test_filing_again_loses_no_place_among_numbers_of_one_project(drop: Drop) -> None:
    sign(drop, "乙.xlsx", A, HIGH, 6)
    drop.refresh()
    sign(drop, "一.xlsx", B, LOW, 7)
    drop.refresh()
    decisions.decide(house_of(drop), LOW, HIGH, is_same=True, by="张三")
    drop.refresh()
    sign(drop, "丙.xlsx", A, HIGH, 6, remark="补充说明")
    drop.refresh()
    assert counted(drop) == [A]
    assert_sound(drop)


def test_of_numbers_first_filed_in_one_refresh_the_earlier_file_counts(drop: Drop) -> None:
    """In one refresh the order of arrival goes on: 报出日期 before the path."""
    one = {"project_id": HIGH, "contract_amount_cny": 60_000}
    other = {"project_id": LOW, "contract_amount_cny": 70_000}
    drop.put("乙.xlsx", "signed_projects", A, MONTH, [one], filed_on="2021-06-01")
    drop.put("一.xlsx", "signed_projects", B, MONTH, [other], filed_on="2021-06-02")
    drop.refresh()
    decisions.decide(house_of(drop), LOW, HIGH, is_same=True, by="张三")
    drop.refresh()
    assert counted(drop) == [A]


def test_of_numbers_filed_in_one_file_the_lower_one_counts(drop: Drop) -> None:
    rows = [
        {"project_id": HIGH, "contract_amount_cny": 60_000},
        {"project_id": LOW, "contract_amount_cny": 70_000},
    ]
    drop.put("一.xlsx", "signed_projects", A, MONTH, rows)
    drop.refresh()
    decisions.decide(house_of(drop), LOW, HIGH, is_same=True, by="张三")
    drop.refresh()
    assert drop.query("select row_key from mart.headline_rows where indicator_code = 'ZS01'") == [
        (LOW,)
    ]


def test_in_one_file_the_sheet_before_counts_also_where_there_are_ten(drop: Drop) -> None:
    """The second sheet comes before the tenth: as texts, `-10` would come before `-2`."""
    may = "2021-05"
    others = [
        (A, "2021-02"),
        (A, "2021-03"),
        (A, "2021-04"),
        *((B, f"2021-0{n}") for n in range(1, 5)),
    ]
    places = [(A, "2021-01"), (A, may), *others, (B, may)]
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, (department, month) in enumerate(places, start=1):
        key = {A: HIGH, B: LOW}[department] if month == may else f"GCKF-2021-01{number:02}"
        investor = "同一公司" if month == may else f"公司{number}"
        row = {"project_id": key, "investor": investor, "contract_amount_cny": 60_000 + number}
        one = drop.put("一张.xlsx", "signed_projects", department, month, [row])
        sheet = book.create_sheet(f"第{number}张")
        for line in openpyxl.load_workbook(one).worksheets[0].iter_rows(values_only=True):
            sheet.append(line)
        one.unlink()
    book.save(drop.raw / "十张.xlsx")
    drop.refresh()
    decisions.decide(house_of(drop), LOW, HIGH, is_same=True, by="张三")
    drop.refresh()
    found = drop.query(
        "select row_key, split_part(submission_id, '-', 2) from mart.headline_rows "
        "where indicator_code = 'ZS01' and report_month = '2021-05-01'"
    )
    assert found == [(HIGH, "2")]


def test_of_two_numbers_of_one_project_the_one_signed_first_counts(drop: Drop) -> None:
    """Before who filed first: the later file tells of the earlier signing."""
    sign(drop, "一.xlsx", A, LOW, 6, signed_on="2021-01-21")
    drop.refresh()
    sign(drop, "乙.xlsx", B, HIGH, 7, signed_on="2021-01-20")
    drop.refresh()
    decisions.decide(house_of(drop), LOW, HIGH, is_same=True, by="张三")
    drop.refresh()
    assert counted(drop) == [B]


@pytest.mark.parametrize(
    ("contact", "counts"),
    [("2021-01-05", B), nightly("2021-01-06", A)],
    ids=["first in touch", "first filed"],
)
def test_of_two_numbers_of_one_talk_the_one_first_in_touch_counts(
    drop: Drop, contact: str, counts: str
) -> None:
    """On a tie the one first filed, also when it is filed again; its path comes last."""

    def talk(name: str, department: str, key: str, **more: object) -> None:
        row = {"project_id": key, "planned_amount_cny": 20_000, **more}
        drop.put(name, "pipeline_projects", department, MONTH, [row])
        drop.refresh()

    talk("乙.xlsx", A, HIGH, first_contact_on="2021-01-06")
    talk("一.xlsx", B, LOW, first_contact_on=contact)
    decisions.decide(house_of(drop), LOW, HIGH, is_same=True, by="张三")
    talk("丙.xlsx", A, HIGH, first_contact_on="2021-01-06", remark="补充说明")
    found = drop.query("select department from mart.headline_rows where indicator_code = 'ZS04'")
    assert found == [(counts,)]
