"""The golden months in every layout and format: the published figures are always the same."""

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from drop import Drop

from flows.ground.settings import PROJECT
from renderer import FORMATS, Sheet, write
from renderer.layouts import (
    EACH_LAYOUT,
    LAYOUTS,
    Layout,
    many_in_one,
    path_of,
    sheet_of,
    sheet_of_many,
)
from renderer.layouts import (
    golden as filings,
)

EXPECTED = json.loads((PROJECT / "tests/golden/expected_figures.json").read_text("utf-8"))
CODES = {"started": "ZS03a", "talk_amount": "ZS04a"}
# What the published database says, and nothing of where it was read from.
FIGURES = (
    "select * from mart.headline_indicators order by report_month, department, indicator_code",
    "select * from mart.secondary_indicators order by report_month, indicator_code",
    "select * exclude (received_at) from mart.return_status "
    "order by report_month, department, return_name",
    "select report_month, department, return_name, version, rows_found, rows_accepted "
    "from mart.submissions order by report_month, department, return_name",
    "select report_month, department, indicator_code, row_key, contribution "
    "from mart.headline_rows order by all",
)
Files = Iterator[tuple[str, Sequence[Sheet]]]


def one_a_file(layout: Layout, kind: str) -> Files:
    for filing in filings():
        yield path_of(filing, layout, FORMATS[kind].ending), [sheet_of(filing, layout)]


def all_sheets_in_a_workbook() -> Files:
    """A department's returns of a month as the sheets of one workbook."""

    def owner(filing: Any) -> tuple[str, Any]:
        return filing.department, filing.month

    books = itertools.groupby(sorted(filings(), key=owner), key=owner)
    for number, (_, group) in enumerate(books):
        yield f"{number}.ods", [sheet_of(filing, Layout(envelope="cells")) for filing in group]


def all_months_in_a_sheet() -> Files:
    """All departments and months of a return in one sheet, with control totals."""
    layout = Layout(envelope="columns", unit="column", totals="middle")
    for number, group in enumerate(many_in_one(filings())):
        yield f"{number}.xls", [sheet_of_many(group, layout)]


def refreshed(drop: Drop, files: Files, kind: str) -> Drop:
    for name, sheets in files:
        path = drop.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write(sheets, kind))
    drop.refresh()
    return drop


def assert_same_figures(drop: Drop, golden: Drop) -> None:
    for sql in FIGURES:
        assert drop.rows(sql) == golden.rows(sql)
    found = drop.query("select rule, message from mart.findings where severity = 'error'")
    assert found == []
    for month, figures in EXPECTED["monthly"].items():
        for name, code in {
            **{c: c for c in ("ZS01", "ZS02", "ZS03", "ZS04", "ZS05")},
            **CODES,
        }.items():
            assert f"{drop.value(code, month):.2f}" == f"{float(figures[name]):.2f}", (month, code)


@pytest.mark.parametrize(("layout", "kind"), EACH_LAYOUT)
def test_every_layout_gives_the_same_figures(
    layout: Layout, kind: str, drop: Drop, golden: Drop
) -> None:
    assert_same_figures(refreshed(drop, one_a_file(layout, kind), kind), golden)


@pytest.mark.nightly
@pytest.mark.slow
def test_several_returns_as_sheets_of_one_workbook(drop: Drop, golden: Drop) -> None:
    assert_same_figures(refreshed(drop, all_sheets_in_a_workbook(), "ods"), golden)


@pytest.mark.slow
def test_several_months_and_departments_in_one_sheet(drop: Drop, golden: Drop) -> None:
    assert_same_figures(refreshed(drop, all_months_in_a_sheet(), "xls"), golden)


def test_every_format_and_layout_is_tried() -> None:
    tried = {kind for _, kinds in LAYOUTS.values() for kind in kinds}
    assert tried == set(FORMATS)


def test_a_month_in_the_plain_form_is_read_without_a_word(drop: Drop) -> None:
    """The quick one of its kind: January, as .xls, nothing repaired and nothing missed."""
    month = [one for one in filings() if f"{one.month:%Y-%m}" == "2021-01"]
    for filing in month:
        path = drop.raw / path_of(filing, Layout(), "xls")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(write([sheet_of(filing, Layout())], "xls"))
    result = drop.refresh()
    assert result.counts == {"accepted": len(month)}
    assert [one for file in result.files for one in file.findings] == []


def test_the_layouts_are_read_from_the_golden_tables() -> None:
    assert len(filings()) == 155
    assert Path(PROJECT / "tests" / "golden").exists()
