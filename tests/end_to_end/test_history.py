"""Why a figure changed, how it was, and what a locked month keeps."""

import datetime as dt
import shutil
from decimal import Decimal
from typing import Any

import pytest
from drop import Drop, change_of
from past import as_of, assert_sound, house_of, now

from flows.ask import decisions
from flows.ask.decisions import RefusedError
from schemas.reasons import words

pytestmark = pytest.mark.slow

MAY = dt.date(2021, 5, 1)
SIGNED = "2021-05/招商局/签约项目月报表.xlsx"
PAID_MARCH = "2021-03/经济发展局/实到资金月报表.xlsx"


def changes(drop: Drop, *columns: str) -> list[tuple[Any, ...]]:
    return drop.query(
        f"select {', '.join(columns)} from mart.figure_changes "
        "order by changed_at, ordinal, report_month, indicator_code, department"
    )


@pytest.fixture
def year(drop: Drop) -> Drop:
    return drop.samples()


def test_a_late_file_is_the_cause_of_what_it_changes(year: Drop) -> None:
    kept = (year.raw / PAID_MARCH).read_bytes()
    (year.raw / PAID_MARCH).unlink()
    year.refresh()
    assert changes(year, "indicator_code") == []
    before, first = now(), as_of(year, now())
    (year.raw / PAID_MARCH).write_bytes(kept)
    year.refresh()
    found = changes(
        year, "report_month::varchar", "department", "indicator_code", "old_value", "new_value",
        "cause", "submission_id",
    )  # fmt: skip
    ((submission,),) = year.query(
        "select submission_id from mart.submissions where file = ?", [PAID_MARCH]
    )
    assert (
        "2021-05-01",
        "全区",
        "ZS02",
        Decimal("34.7"),
        Decimal("35.8"),
        "new_file",
        submission,
    ) in found
    assert {row[2] for row in found} == {"ZS02"}
    assert {row[0][:7] for row in found} == {"2021-03", "2021-04", "2021-05"}
    assert as_of(year, before) == first
    assert as_of(year, now()) == year.query("from mart.headline_indicators order by all")
    assert_sound(year)


def test_a_resubmission_and_a_withdrawal(year: Drop) -> None:
    year.refresh()
    year.edit(SIGNED, change_of("GCKF-2021-0004", 合同投资额=51000))
    year.refresh()
    assert year.value("ZS01", "2021-05") == Decimal("84.67")
    ((second,),) = year.query(
        "select submission_id from mart.submissions where version = 2 and is_current"
    )
    decisions.withdraw(house_of(year), second, "报错了", "李四")
    assert year.value("ZS01", "2021-05") == Decimal("84.67")  # published with the next refresh
    year.refresh()
    assert year.value("ZS01", "2021-05") == Decimal("84.57")
    found = changes(year, "department", "old_value", "new_value", "cause", "submission_id")
    zone = [row[1:] for row in found if row[0] == "全区"]
    assert zone == [
        (Decimal("84.57"), Decimal("84.67"), "resubmission", second),
        (Decimal("84.67"), Decimal("84.57"), "withdrawal", second),
    ]
    statuses = year.query(
        "select status, is_current from mart.submissions where file = ? order by submission_id",
        [SIGNED],
    )
    assert statuses == [("accepted_with_warnings", True), ("withdrawn", False)]
    with pytest.raises(RefusedError, match="withdrawn already"):
        decisions.withdraw(house_of(year), second, "again", "李四")
    assert_sound(year)


def test_a_file_taken_out_of_the_drop_folder_changes_nothing(year: Drop) -> None:
    year.refresh()
    (year.raw / SIGNED).unlink()
    assert year.refresh().published is None
    assert year.value("ZS01", "2021-05") == Decimal("84.57")


def test_a_locked_month_stays_as_it_was_published(year: Drop) -> None:
    year.refresh()
    assert decisions.lock(house_of(year), MAY, "张三") == []
    with pytest.raises(RefusedError, match="locked already"):
        decisions.lock(house_of(year), MAY, "张三")
    before = year.query(
        "from mart.headline_indicators where report_month = '2021-05-01' order by all"
    )
    rows = year.query("from mart.headline_rows where report_month = '2021-05-01' order by all")
    # A file for the month itself is turned back; one for an earlier month moves that one only.
    year.edit(SIGNED, change_of("GCKF-2021-0004", 合同投资额=51000))
    year.edit(PAID_MARCH, lambda sheet: sheet.append([]))
    year.samples("2021-01/招商局/年度*.xlsx")
    year.edit("2021-01/招商局/年度目标任务分解表.xlsx", change_of("全区", 目标值=100))
    thresholds = year.zone.thresholds.model_copy(update={"large_project_cny": Decimal(10)})
    year.zone = year.zone.model_copy(update={"thresholds": thresholds})
    year.refresh()
    result = year.result(SIGNED)
    assert (result.status, [one.rule for one in result.findings if one.is_error]) == (
        "rejected",
        ["M411"],
    )
    assert "更正单" in result.findings[0].suggestion
    assert before == year.query(
        "from mart.headline_indicators where report_month = '2021-05-01' order by all"
    )
    assert rows == year.query(
        "from mart.headline_rows where report_month = '2021-05-01' order by all"
    )
    # April is open: the lower threshold counts every new project there.
    assert year.value("ZS03", "2021-04") > 14
    assert_sound(year)

    decisions.unlock(house_of(year), MAY, "核减错误", "张三")
    year.refresh()
    # Taken up after the month was opened, without being sent again.
    assert year.value("ZS01", "2021-05") == Decimal("84.67")
    assert year.query(
        "select version, is_current from mart.submissions where file = ? order by submission_id",
        [SIGNED],
    ) == [(1, False), (2, True)]
    assert_sound(year)


def test_a_month_with_errors_can_t_be_locked(year: Drop) -> None:
    year.edit(SIGNED, change_of("GCKF-2021-0004", 合同投资额="约5亿"))
    year.refresh()
    blocking = decisions.lock(house_of(year), MAY, "张三")
    assert any("R110" in one and SIGNED in one for one in blocking)
    assert decisions.lock(house_of(year), dt.date(2021, 4, 1), "张三") == []


def test_withdrawing_from_a_locked_month_is_refused(year: Drop) -> None:
    year.refresh()
    decisions.lock(house_of(year), MAY, "张三")
    ((submission,),) = year.query(
        "select submission_id from mart.submissions where file = ?", [SIGNED]
    )
    with pytest.raises(RefusedError, match="is locked"):
        decisions.withdraw(house_of(year), submission, "x", "张三")


@pytest.mark.nightly
def test_a_new_target_is_the_cause_and_leaves_months_before_alone(year: Drop) -> None:
    year.refresh()
    year.put(
        "调整目标.xlsx",
        "annual_targets",
        "招商局",
        "2021-05",
        [
            {"department": "全区", "year": 2021, "indicator_code": "ZS01", "indicator": "合同",
             "target": 80, "unit": "亿元", "doc_no": "谷开〔2021〕9号", "issued_on": "2021-05-06"}
        ],
    )  # fmt: skip
    year.refresh()
    targets = year.query(
        "select report_month::varchar, target_value from mart.headline_indicators "
        "where department = '全区' and indicator_code = 'ZS01' order by all"
    )
    assert targets == [(f"2021-0{n}-01", Decimal(74 if n < 5 else 80)) for n in range(1, 6)]
    found = changes(year, "figure", "old_value", "new_value", "cause")
    assert found == [("target_value", Decimal(74), Decimal(80), "target")]
    assert_sound(year)


@pytest.mark.nightly
def test_a_changed_definition_is_the_cause(year: Drop) -> None:
    year.refresh()
    thresholds = year.zone.thresholds.model_copy(update={"talk_project_cny": Decimal(150_000_000)})
    year.zone = year.zone.model_copy(update={"thresholds": thresholds})
    year.refresh()
    causes = set(changes(year, "indicator_code", "cause"))
    assert causes == {("ZS04", "definition"), ("ZS04a", "definition")}
    assert_sound(year)


@pytest.mark.nightly
def test_two_numbers_decided_to_be_one_project_count_once(drop: Drop) -> None:
    pair: list[dict[str, Any]] = [
        {"project_id": "GCKF-2021-0001", "signed_on": "2021-01-20"},
        {"project_id": "GCKF-2021-0002", "signed_on": "2021-01-08", "contract_amount_cny": 61000},
    ]
    for department, row in zip(("招商局", "经济发展局"), pair, strict=True):
        drop.put(f"{department}.xlsx", "signed_projects", department, "2021-01", [row])
    drop.refresh()
    before = drop.value("ZS01", "2021-01")
    decisions.decide(house_of(drop), "GCKF-2021-0002", "GCKF-2021-0001", is_same=True, by="张三")
    drop.refresh()
    # The first signer's stays: 6.1亿元 of 经济发展局.
    assert (before, drop.value("ZS01", "2021-01")) == (Decimal("12.1"), Decimal("6.1"))
    reasons = drop.query(
        "select reasons from detail.headline_candidates where until_at is null and "
        "row_key = 'GCKF-2021-0001' and indicator_code = 'ZS01'"
    )
    assert "经认定与GCKF-2021-0002为同一项目" in (words(reasons[0][0]) or "")
    assert set(changes(drop, "cause")) == {("decision",)}
    decisions.decide(house_of(drop), "GCKF-2021-0001", "GCKF-2021-0002", is_same=False, by="张三")
    drop.refresh()
    assert drop.value("ZS01", "2021-01") == Decimal("12.1")
    assert_sound(drop)


@pytest.mark.nightly
def test_archive_and_journal_are_enough(year: Drop) -> None:
    kept = (year.raw / PAID_MARCH).read_bytes()
    (year.raw / PAID_MARCH).unlink()
    year.refresh()
    early, first = now(), as_of(year, now())
    (year.raw / PAID_MARCH).write_bytes(kept)
    year.refresh()
    decisions.lock(house_of(year), MAY, "张三")
    year.refresh()
    relations = [
        name
        for (name,) in year.query(
            "select schema_name || '.' || table_name from duckdb_tables() order by all"
        )
    ]
    before = {name: year.query(f"from {name} order by all") for name in relations}
    for entry in year.settings.warehouse.iterdir():
        if entry.name in {"archive", "journal"}:
            continue
        if entry.is_symlink():
            entry.unlink()
        else:
            shutil.rmtree(entry)
    year.refresh()
    assert {name: year.query(f"from {name} order by all") for name in relations} == before
    assert as_of(year, early) == first
    assert year.refresh().published is None


@pytest.mark.nightly
def test_the_difference_between_two_versions_is_kept(year: Drop) -> None:
    year.refresh()
    year.edit(SIGNED, change_of("GCKF-2021-0004", 合同投资额=51000))
    year.edit(SIGNED, change_of("GCKF-2021-0013", 项目编号="GCKF-2021-0099"))
    year.refresh()
    found = year.query(
        "select row_key, change, field, old_value, new_value from detail.version_changes "
        "where field in ('contract_amount_cny', 'project_id') order by all"
    )
    assert found == [
        ("GCKF-2021-0004", "changed", "contract_amount_cny", "500000000.0000", "510000000.0000"),
        ("GCKF-2021-0013", "removed", "contract_amount_cny", "280000000.0000", None),
        ("GCKF-2021-0013", "removed", "project_id", "GCKF-2021-0013", None),
        ("GCKF-2021-0099", "added", "contract_amount_cny", None, "280000000.0000"),
        ("GCKF-2021-0099", "added", "project_id", None, "GCKF-2021-0099"),
    ]


@pytest.mark.slow
@pytest.mark.nightly
def test_a_year_filed_late_twice_and_with_corrections_ends_in_the_same_figures(
    golden: Drop, drop: Drop
) -> None:
    """Each month comes with a wrong contract, a wrong payment and a file too late, and is mended."""
    months = [f"2021-0{n}" for n in range(1, 6)]
    late: list[tuple[str, bytes]] = []
    for month in months:
        drop.samples(f"{month}/**/*.xlsx")
        for name, kept in late:
            (drop.raw / name).write_bytes(kept)
        late = [
            (one, (drop.raw / one).read_bytes()) for one in (f"{month}/招商局/在谈项目月报表.xlsx",)
        ]
        for name, _ in late:
            (drop.raw / name).unlink()
        signed, paid = f"{month}/招商局/签约项目月报表.xlsx", f"{month}/招商局/实到资金月报表.xlsx"
        right = {name: (drop.raw / name).read_bytes() for name in (signed, paid)}
        drop.edit(signed, change_of("GCKF-2021-0006", 合同投资额=34000))
        drop.edit(paid, change_of("GCKF-2019-0101", 本月实到投资额=1))
        drop.refresh()
        for name, kept in right.items():
            (drop.raw / name).write_bytes(kept)
        drop.refresh()
    for name, kept in late:
        (drop.raw / name).write_bytes(kept)
    drop.refresh()
    for relation in ("headline_indicators", "secondary_indicators", "campaign", "return_status"):
        columns = "* exclude (received_at)" if relation == "return_status" else "*"
        query = f"select {columns} from mart.{relation} order by all"
        assert drop.query(query) == golden.query(query)
    assert_sound(drop)
