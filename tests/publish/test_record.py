"""The record: what of a relation a publication adds and takes, a lock, and records of older versions."""

import datetime as dt
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from drop import Drop
from past import assert_verified, house_of, made_earlier

from flows.ask import decisions
from flows.ground.errors import WarehouseError
from flows.publish import causes, record
from flows.store.statements import SQL
from schemas.reasons import words

pytestmark = pytest.mark.slow

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


@pytest.mark.nightly
def test_a_record_of_an_earlier_version_is_read_with_its_words(drop: Drop) -> None:
    sign(drop, 60_000, role="协办")
    drop.refresh()
    (path,) = records(drop)
    with duckdb.connect() as con:
        con.execute(
            f"copy (select * exclude (corrections) replace ('引资角色为协办' as reasons) "
            f"from '{path}') to '{path}.old' (format parquet)"
        )
    Path(f"{path}.old").rename(path)
    made_earlier(drop)
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


def test_every_live_relation_is_on_record() -> None:
    listed = {relation.name for relation in record.RELATIONS}
    assert listed == {path.stem for path in (SQL / "live").glob("*.sql")}


def rewrite(path: Path, query: str) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy ({query.format(path=path)}) to '{path}.new' (format parquet)")
    Path(f"{path}.new").rename(path)


@pytest.mark.nightly
def test_a_column_that_is_no_more_is_passed_over(drop: Drop) -> None:
    sign(drop, 60_000)
    drop.refresh()
    (path,) = records(drop)
    rewrite(path, "select *, 'x' as what_it_was_called from '{path}'")
    made_earlier(drop)
    shutil.rmtree(house_of(drop).working_database.parent)
    sign(drop, 60_500)
    drop.refresh()
    assert spans(drop) == [(Decimal(6), False), (Decimal("6.05"), True)]


def test_a_damaged_record_stops_the_refresh_and_is_named(drop: Drop) -> None:
    sign(drop, 60_000)
    drop.refresh()
    (path,) = records(drop)
    whole = path.read_bytes()
    damages: list[Callable[[], object]] = [
        path.unlink,
        lambda: path.write_bytes(b""),
        lambda: path.write_bytes(whole[:-50]),
        lambda: rewrite(path, "select * exclude (indicator_code) from '{path}'"),
        lambda: rewrite(path, "select * replace ('x' as report_month) from '{path}'"),
    ]
    for damage in damages:
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
        damage()
        shutil.rmtree(house_of(drop).working_database.parent)
        with pytest.raises(WarehouseError, match=path.parent.name) as raised:
            drop.refresh()
        assert "backup" in str(raised.value)


def test_an_indicator_that_is_declared_no_more_is_a_definition(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(drop, 60_000)
    drop.refresh()
    less = {code: one for code, one in causes._INDICATORS.items() if code != "ZS05"}
    monkeypatch.setattr(causes, "_INDICATORS", less)
    sign(drop, 40_000)
    drop.refresh()
    assert drop.query(
        "select cause, submission_id from mart.figure_changes "
        "where indicator_code = 'ZS05' and department = '全区'"
    ) == [("definition", None)]


@pytest.mark.nightly
def test_a_journal_restored_from_a_backup_is_another_journal(drop: Drop) -> None:
    sign(drop, 60_000)
    drop.refresh()
    journal = house_of(drop).journal
    shutil.copytree(journal, journal.with_name("backup"))
    drop.put(
        "别的.xlsx", "signed_projects", "经济发展局", "2021-01", [{"project_id": "GCKF-2021-0009"}]
    )
    drop.refresh()
    shutil.rmtree(journal)
    journal.with_name("backup").rename(journal)
    (drop.raw / "别的.xlsx").unlink()
    drop.put(
        "新的.xlsx", "signed_projects", "项目服务中心", "2021-01",
        [{"project_id": "GCKF-2021-0008", "investor": "丙公司"}],
    )  # fmt: skip
    drop.refresh()
    found = drop.query("select department, file from mart.submissions order by all")
    assert found == [("招商局", "签约.xlsx"), ("项目服务中心", "新的.xlsx")]
    assert_verified(drop)
