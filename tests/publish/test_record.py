"""The record: what of a relation a publication adds and takes, a lock, and records of older versions."""

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
from drop import Drop
from past import assert_verified, house_of

from flows.ask import decisions
from schemas.reasons import words

JANUARY = dt.date(2021, 1, 1)


def sign(drop: Drop, amount: int, **more: str) -> None:
    row = {"contract_amount_cny": amount, **more}
    drop.put("签约.xlsx", "signed_projects", "招商局", "2021-01", [row])


def records(drop: Drop) -> list[Path]:
    return sorted((house_of(drop).journal / "published").glob("*/headline_candidates.parquet"))


def spans(drop: Drop) -> list[tuple[object, ...]]:
    return drop.query(
        "select contribution, until_at is null from detail.headline_candidates "
        "where indicator_code = 'ZS01' order by since_at"
    )


def test_a_publication_records_what_came_and_went_and_nothing_else(drop: Drop) -> None:
    sign(drop, 60_000)
    drop.refresh()
    drop.put("在谈.xlsx", "pipeline_projects", "招商局", "2021-01", [{}])
    drop.refresh()
    with duckdb.connect() as con:
        first, second = (con.read_parquet(str(path)).fetchall() for path in records(drop))
    assert len(first) == 4  # ZS01, ZS03, ZS03a, ZS05
    assert len(second) == 2  # ZS04, ZS04a
    assert spans(drop) == [(Decimal(6), True)]


def test_a_locked_month_is_left_out_of_the_record_until_it_is_opened(drop: Drop) -> None:
    sign(drop, 60_000)
    drop.refresh()
    assert decisions.lock(house_of(drop), JANUARY, "张三") == []
    sign(drop, 60_500)
    drop.refresh()
    assert spans(drop) == [(Decimal(6), True)]
    decisions.unlock(house_of(drop), JANUARY, "更正", "张三")
    drop.refresh()
    assert spans(drop) == [(Decimal(6), False), (Decimal("6.05"), True)]
    assert_verified(drop)


def test_a_record_of_an_earlier_version_is_read_with_its_words(drop: Drop) -> None:
    sign(drop, 60_000, role="协办")
    drop.refresh()
    (path,) = records(drop)
    with duckdb.connect() as con:
        con.execute(
            f"copy (select * exclude (cells, corrections) replace ('引资角色为协办' as reasons) "
            f"from '{path}') to '{path}.old' (format parquet)"
        )
    Path(f"{path}.old").rename(path)
    shutil.rmtree(house_of(drop).working_database.parent)
    sign(drop, 61_000, role="牵头")
    drop.refresh()
    found = drop.query(
        "select reasons, is_counted, until_at is null from detail.headline_candidates "
        "where indicator_code = 'ZS01' order by since_at"
    )
    assert [(words(why), counted, now) for why, counted, now in found] == [
        ("引资角色为协办", False, False),
        (None, True, True),
    ]
    changes = drop.query("select old_value, new_value, cause from mart.figure_changes "
                         "where indicator_code = 'ZS01' and department = '全区'")  # fmt: skip
    assert changes == [(Decimal(0), Decimal("6.1"), "resubmission")]
