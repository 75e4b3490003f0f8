"""The runner: headers, cells, the zone's own severities, and what holds back."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from bench import Bench

from flows.ground import settings
from flows.ground.errors import WarehouseError
from flows.ground.zone import RuleSetting, Zone
from flows.validate import across as checks
from schemas import rules
from schemas.rules import Severity

JAN, FEB = "2021-01", "2021-02"
UNIT = "招商局"
PARTS = "-- {0}: {1}\n"
HEADER = {
    "rule": "C399",
    "level": "cross-return",
    "severity": "error",
    "zh": "一",
    "en": "one",
    "reason": "因",
    "remedy": "改",
}
# The rules that look across returns, months and departments, as the handbook lists them.
ACROSS = {
    "C": range(301, 312),
    "M": (401, 402, 403, 405, 406, 407, 408, 409, 410, 411),
    "T": (501, 502),
    "K": (601,),
    "B": (701,),
}
CHECKS = checks.all_checks()


def written(folder: Path, query: str, **header: str) -> checks.Check:
    text = "".join(PARTS.format(*part) for part in (HEADER | header).items())
    (folder / "C399.sql").write_text(text + query, "utf-8")
    (check,) = checks.all_checks(folder)
    return check


def with_rules(zone: Zone, *settings: dict[str, Any]) -> Zone:
    return zone.model_copy(update={"rules": tuple(RuleSetting(**one) for one in settings)})


def test_there_is_a_check_for_every_rule_across() -> None:
    wanted = {f"{letter}{number}" for letter, numbers in ACROSS.items() for number in numbers}
    assert {check.rule.id for check in CHECKS} == wanted | {"R106", "R112", "X210"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.rule.id)
def test_a_file_is_named_after_its_rule_and_quotes_the_handbook(check: checks.Check) -> None:
    text = (settings.CHECKS / f"{check.rule.id}.sql").read_text("utf-8")
    prose = [line for line in text.splitlines() if re.match(r"-- (?!\w+:)", line)]
    assert check.query == text
    assert re.search(r'"[^"]+"', "\n".join(prose))
    for words in (check.rule.zh, check.rule.reason, check.rule.remedy):
        assert re.search(r"[一-龥]", words)
    assert check.rule.remedy.endswith("。")


def test_a_rule_judged_in_both_places_is_worded_once() -> None:
    for check in CHECKS:
        python = rules.all_rules().get(check.rule.id)
        if python:
            assert (check.rule.zh, check.rule.en) == (python.zh, python.en)


def test_what_holds_no_row() -> None:
    assert {one.rule.id for one in CHECKS if not one.rule.holds} == {"M401", "K601"}


def test_the_catalogue_is_in_the_handbooks_order() -> None:
    listed = list(checks.catalogue())
    assert listed[0] == "E001"
    assert listed[-1] == "B701"
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("part", HEADER)
def test_an_incomplete_header_is_named(tmp_path: Path, part: str) -> None:
    text = "".join(PARTS.format(*one) for one in HEADER.items() if one[0] != part)
    (tmp_path / "C399.sql").write_text(text + "select 1", "utf-8")
    with pytest.raises(WarehouseError, match=f"C399.sql: its header lacks {part}"):
        checks.all_checks(tmp_path)


def test_a_query_that_fails_is_named(bench: Bench, tmp_path: Path) -> None:
    check = written(tmp_path, "select nothing from nowhere")
    with pytest.raises(WarehouseError, match="check C399 failed"):
        checks.check_across(bench.house.con, bench.zone, [check])


def test_a_query_that_fails_is_named_within_a_transaction_too(bench: Bench, tmp_path: Path) -> None:
    check = written(tmp_path, "select error('kaputt') as message")
    bench.house.con.begin()
    try:
        with pytest.raises(WarehouseError, match=r"check C399 failed.*kaputt"):
            checks.check_across(bench.house.con, bench.zone, [check])
    finally:
        bench.house.con.rollback()


def test_nothing_is_left_behind(bench: Bench) -> None:
    bench.all()
    tables = bench.house.con.execute("select table_name from duckdb_tables() where temporary")
    assert tables.fetchall() == []


def test_findings_are_replaced(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, {"paid_month_cny": 0})
    assert [one.rule for one in bench.all()] == ["M410"]
    assert [one.rule for one in bench.all()] == ["M410"]
    bench.house.con.execute("update rows.paid_in set paid_month_cny = paid_ytd_cny")
    assert bench.all() == []


def test_a_check_is_run_after_the_one_it_needs(tmp_path: Path) -> None:
    (tmp_path / "Z999.sql").write_text("".join(PARTS.format(*one) for one in HEADER.items()))
    with pytest.raises(WarehouseError, match="needs K999, which is no check"):
        written(tmp_path, "", needs="K999")
    needing = PARTS.format("needs", "Z999")
    (tmp_path / "C399.sql").write_text(
        "".join(PARTS.format(*one) for one in HEADER.items()) + needing
    )
    assert [check.needs for check in checks.all_checks.__wrapped__(tmp_path)] == [None, "Z999"]
    (tmp_path / "Z999.sql").write_text(
        "".join(PARTS.format(*one) for one in HEADER.items()) + PARTS.format("needs", "C399")
    )
    with pytest.raises(WarehouseError, match="checks need each other"):
        checks.all_checks.__wrapped__(tmp_path)


def test_the_cell_is_looked_up_and_the_remedy_is_the_suggestion(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, {"paid_ytd_cny": 0})
    bench.of("M410")
    (row,) = bench.house.read(
        "select cell, excel_row, column_name, sheet, suggestion from core.findings"
    )
    assert row == {
        "cell": "F5",
        "excel_row": 5,
        "column_name": "本年累计实到投资额",
        "sheet": "Sheet1",
        "suggestion": "请把1月的本年累计改为与本月相同。",
    }


# --- the zone's own severities -------------------------------------------------------------------


def january_of(bench: Bench, *settings: dict[str, Any]) -> list[tuple[str | None, str, bool]]:
    """M410's findings (January of two years) under these settings."""
    bench.zone = with_rules(bench.zone, *settings)
    for month in ("2021-01", "2022-01"):
        bench.file("paid_in", UNIT, month, {"paid_ytd_cny": 0})
    return [(one.month, one.severity, one.holds) for one in bench.of("M410")]


def test_a_severity_for_one_year(bench: Bench) -> None:
    setting = {"rule": "M410", "severity": "warning", "year": 2021}
    assert january_of(bench, setting) == [
        ("2021-01", "warning", False),
        ("2022-01", "error", True),
    ]


def test_a_rule_turned_off_from_a_month_on(bench: Bench) -> None:
    setting = {"rule": "M410", "severity": "off", "since": "2021-06"}
    assert january_of(bench, setting) == [("2021-01", "error", True)]


def test_a_rule_on_trial_is_silent_at_first_and_then_warns(bench: Bench) -> None:
    setting = {"rule": "M410", "severity": "beta", "since": "2021-06"}
    assert january_of(bench, setting) == [("2022-01", "warning", False)]


def test_the_last_setting_counts(bench: Bench) -> None:
    settings = (
        {"rule": "M410", "severity": "off"},
        {"rule": "M410", "severity": "info", "year": 2022},
    )
    assert january_of(bench, *settings) == [("2022-01", "info", False)]


def test_a_warning_made_an_error_holds_its_row(bench: Bench) -> None:
    bench.zone = with_rules(bench.zone, {"rule": "C302", "severity": "error"})
    bench.file("signed_projects", UNIT, JAN, {"contract_amount_cny": 1})
    bench.file("paid_in", UNIT, JAN, {})
    assert [(one.severity, one.holds) for one in bench.of("C302")] == [("error", True)]


def test_a_finding_without_a_row_holds_nothing_whatever_its_severity(bench: Bench) -> None:
    bench.zone = with_rules(
        bench.zone, {"rule": "B701", "severity": "error"}, {"rule": "M401", "severity": "error"}
    )
    bench.house.months(JAN)
    bench.house.owes(UNIT, "paid_in")
    bench.file("signed_projects", UNIT, JAN, {})
    bench.file("signed_projects", UNIT, FEB)
    assert [(one.rule, one.severity, one.holds) for one in bench.all() if one.rule[0] in "BM"] == [
        ("B701", "error", False),
        ("M401", "error", False),
    ]


def test_both_severities_of_a_rule_are_set(bench: Bench) -> None:
    bench.zone = with_rules(bench.zone, {"rule": "C307", "severity": "info"})
    bench.file("signed_projects", UNIT, JAN, {}, {"project_id": "GCKF-2021-0002"})
    bench.file(
        "signed_projects", "经济发展局", JAN, {"project_id": "P", "investor": "丙", "role": "协办"}
    )
    assert [(one.severity, one.holds) for one in bench.of("C307")] == [("info", False)] * 2


def test_a_finding_without_a_month_follows_unlimited_settings(bench: Bench, tmp_path: Path) -> None:
    query = "select null::varchar as submission_id, null::varchar as sheet, "
    query += "null::integer as excel_row, null::varchar as field, '无' as message"
    check = written(tmp_path, query, rule="C310")
    for severity, found in (("warning", ["warning"]), ("off", [])):
        zone = with_rules(bench.zone, {"rule": "C310", "severity": severity})
        checks.check_across(bench.house.con, zone, [check])
        rows = bench.house.con.execute("select severity from core.findings").fetchall()
        assert [one for (one,) in rows] == found


def test_a_message_made_of_a_missing_value_is_the_rule_s_own(bench: Bench, tmp_path: Path) -> None:
    query = "select null::varchar as submission_id, null::varchar as sheet, "
    query += "null::integer as excel_row, null::varchar as field, '无' || null as message"
    checks.check_across(bench.house.con, bench.zone, [written(tmp_path, query)])
    rows = bench.house.con.execute("select message from core.findings").fetchall()
    assert rows == [("一。",)]


def test_severities_are_those_of_the_handbook() -> None:
    errors = {one.rule.id for one in CHECKS if one.rule.severity is Severity.ERROR}
    assert errors == {
        "C301", "C305", "C306", "C308", "C309", "X210",
        "M401", "M402", "M403", "M405", "M406", "M410", "M411", "K601",
    }  # fmt: skip


def test_every_check_takes_part_in_a_single_statement(bench: Bench) -> None:
    """No check changes anything: its file is one query."""
    for check in CHECKS:
        assert len(duckdb.extract_statements(check.query)) == 1
    assert bench.all() == []
