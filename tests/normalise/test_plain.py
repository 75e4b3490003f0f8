"""What is read a whole column at once is what the cell's own parser reads without a word."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from renderer import write
from renderer.judged import talk, talks, zone

import schemas
from flows.normalise import plain
from flows.normalise.cells import Cells
from flows.normalise.money import Amounts, in_yuan
from flows.read.formats import read
from flows.recognise import Origin, recognise
from flows.values.text import clean
from flows.values.words import is_ditto
from schemas.declare import Column, Kind
from schemas.frames import dtypes_of

(DRAFT,) = recognise(
    read(write([talks(talk())], "xlsx")), Origin(1, "a.xlsx", dt.date(2021, 6, 2)), zone()
)
TABLE = DRAFT.slices[0].table
PROJECT_NAME = schemas.by_name("pipeline_projects").columns()["project_name"]
AMOUNT = schemas.by_name("pipeline_projects").columns()["planned_amount_cny"]
# A required and an optional column of each kind, where there are such.
COLUMNS: dict[tuple[Kind, bool, bool], tuple[Column, pl.DataType]] = {
    (column.kind, column.required, column.is_year): (column, dtypes_of(model)[name])
    for model in schemas.all_returns()
    for name, column in model.columns().items()
    if column.kind is not Kind.MONEY
}
words = st.one_of(
    st.text(alphabet="0123456789.-/,", max_size=24),
    st.text(alphabet="GX09-/. 年月日①５是否无N/Aa", max_size=10),
    st.dates(dt.date(1800, 1, 1), dt.date(2300, 1, 1)).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=6).map(str),
    st.sampled_from(["2021-02-30", "2021", "-0", "9" * 15, "9" * 16, "0.00001", "招商局", "省外"]),
).map(clean)


@pytest.mark.parametrize("column", COLUMNS.values(), ids=lambda one: one[0].header)
@settings(deadline=None)
@given(text=words)
def test_a_plain_cell_is_what_its_parser_reads(
    column: tuple[Column, pl.DataType], text: str
) -> None:
    declared, dtype = column
    (value,) = plain.values(declared, pl.Series("x", [text]), dtype)
    if value is not None:
        said = Cells("project_name", declared, DRAFT, TABLE).read(0, text)
        assert (said.value, said.rule) == (value, None)


@settings(deadline=None)
@given(
    text=st.lists(
        st.sampled_from([*"同上前如〃″“”\"'々（）().。-— \u3000行一格", "ditto"]), max_size=6
    ).map("".join)
)
def test_what_repeats_the_cell_above_is_never_plain(text: str) -> None:
    value = plain.values(PROJECT_NAME, pl.Series("x", [clean(text)]), pl.String())
    if is_ditto(clean(text)):
        assert value.to_list() == [None]


@settings(deadline=None)
@given(text=words, unit=st.sampled_from(["元", "万元", "亿元", "万美元", None]))
def test_a_plain_amount_is_what_its_parser_reads(text: str, unit: str | None) -> None:
    rates = {"usd_cny": Decimal("6.4512")}
    (value,) = plain.amounts(
        pl.Series("x", [text]), pl.Series("unit", [unit], pl.String()), in_yuan([unit], rates)
    )
    if value is not None:
        amounts = Amounts("planned_amount_cny", AMOUNT, TABLE, rates)
        said = amounts.read(0, f"{text}{unit}")
        assert (said.value, said.unit) == (value, unit)


def test_most_cells_are_plain() -> None:
    """So that no column is read cell by cell unseen."""
    written = {
        Kind.TEXT: "合成",
        Kind.PROJECT: "GCKF-2021-0001",
        Kind.CREDIT_CODE: "91110000MA0000000X",
        Kind.WHOLE: "-12",
        Kind.NUMBER: "12.5",
        Kind.DATE: "2021-05-06",
        Kind.YES_NO: "是",
    }
    for column, dtype in COLUMNS.values():
        text = column.choices[0] if column.choices else written.get(column.kind)
        if text:
            assert plain.values(column, pl.Series("x", [text, ""]), dtype).is_null().to_list() == [
                False,
                True,
            ]
    units = pl.Series("unit", ["万元", "亿元"])
    amounts = plain.amounts(pl.Series("x", ["12.5", "0.00012345"]), units, in_yuan(units, {}))
    assert amounts.to_list() == [Decimal(125_000), Decimal(12_345)]
