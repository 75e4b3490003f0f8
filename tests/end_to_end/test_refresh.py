"""A refresh: what is new is published, what is missing is said, what is wrong costs only itself."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from drop import Drop, cell_of, change_of

from flows.ground.errors import PublicationError
from flows.publish import release as publish

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

SIGNED = "2021-05/招商局/签约项目月报表.xlsx"
TALKS = "2021-05/招商局/在谈项目月报表.xlsx"
MARTS = ("headline_indicators", "headline_rows", "secondary_indicators", "campaign", "findings")


def tables(drop: Drop) -> dict[str, list[tuple[object, ...]]]:
    """All that is published but times of receipt and publication."""
    return {name: drop.query(f"from mart.{name} order by all") for name in MARTS}


def test_nothing_new_publishes_nothing(drop: Drop) -> None:
    drop.samples("2021-01/**/*.xlsx")
    first = drop.refresh()
    second = drop.refresh()
    assert first.published is not None
    assert second.published is None
    assert set(second.counts) == {"unchanged"}
    assert (drop.settings.warehouse / "current").resolve().name == first.published


@pytest.mark.slow
def test_a_warehouse_made_anew_has_the_same_figures(golden: Drop, drop: Drop) -> None:
    drop.samples().refresh()
    shutil.rmtree(drop.settings.warehouse)
    drop.refresh()
    assert tables(drop) == tables(golden)


@pytest.mark.slow
def test_a_missing_return_makes_later_totals_incomplete(drop: Drop) -> None:
    drop.samples()
    (drop.raw / "2021-03/招商局/实到资金月报表.xlsx").unlink()
    drop.refresh()
    missing = drop.query(
        "select report_month::varchar, department, return_name from mart.return_status "
        "where state = 'missing'"
    )
    assert missing == [("2021-03-01", "招商局", "paid_in")]
    incomplete = drop.query(
        "select distinct department, report_month::varchar from mart.headline_indicators "
        "where not is_complete order by all"
    )
    assert incomplete == [
        (department, f"2021-{month}-01")
        for department in ("全区", "招商局")
        for month in ("03", "04", "05")
    ]


def test_files_in_the_drop_folder_are_left_as_they_are(drop: Drop) -> None:
    drop.samples("2021-01/招商局/*.xlsx")
    before = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in drop.raw.rglob("*.xlsx")
    }
    drop.refresh()
    after = {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in drop.raw.rglob("*.xlsx")
    }
    assert after == before


@pytest.mark.parametrize(
    ("header", "value", "rule", "said", "hint"),
    [
        ("合同投资额", "约5亿", "R110", "“合同投资额”应是数字，填的是“约5亿”。", "确定的数字"),
        (
            "签约日期",
            "2021-02-30",
            "R105",
            "“签约日期”不是真实的日期：“2021-02-30”。",
            "2021-05-31",
        ),
        ("产业类别", "工业类", "R104", "“产业类别”填的是“工业类”", "最接近的选项是“工业”"),
    ],
)
def test_a_wrong_value_is_found_at_its_cell_and_costs_its_row_alone(
    drop: Drop, header: str, value: str, rule: str, said: str, hint: str
) -> None:
    drop.samples("2021-05/招商局/*.xlsx").samples("2021-01/招商局/年度*.xlsx")
    places: list[str] = []
    drop.edit(SIGNED, lambda sheet: places.append(cell_of(sheet, "GCKF-2021-0013", header)))
    drop.edit(SIGNED, change_of("GCKF-2021-0013", **{header: value}))
    drop.refresh()
    (found,) = [one for one in drop.findings(SIGNED) if one.is_error]
    assert (found.rule, found.sheet, found.cell) == (rule, "签约项目月报表", places[0])
    assert (found.column, found.value) == (header, value)
    assert said in found.message
    assert hint in found.suggestion
    assert drop.result(SIGNED).status == "partly_accepted"
    # 28.9499 without the 28000万元 of the row that is held back; the other returns count as before.
    assert drop.value("ZS01", "2021-05", "招商局") == Decimal("26.1499")
    assert drop.value("ZS04", "2021-05", "招商局") == 13
    held = drop.query(
        "select rows_found - rows_accepted from mart.submissions where return_name = 'signed_projects'"
    )
    assert held == [(1,)]


def test_a_missing_column_turns_the_return_back(drop: Drop) -> None:
    drop.samples("2021-05/招商局/*.xlsx")

    def drop_column(sheet: object) -> None:
        address = cell_of(sheet, "GCKF-2021-0013", "审核状态")
        letter = "".join(filter(str.isalpha, address))
        rows = [cell for (cell,) in sheet[f"{letter}4:{letter}20"]]  # type: ignore[index]
        for cell in rows:
            if type(cell).__name__ == "Cell":
                cell.value = None

    drop.edit(SIGNED, drop_column)
    drop.refresh()
    assert drop.result(SIGNED).status == "rejected"
    (found,) = [one for one in drop.findings(SIGNED) if one.is_error]
    assert found.rule == "E002"
    assert "审核状态" in found.message
    assert drop.result(TALKS).status.startswith("accepted")


def test_an_unknown_department_turns_the_return_back(drop: Drop) -> None:
    drop.samples("2021-05/招商局/*.xlsx")

    def rename(sheet: object) -> None:
        for row in sheet.iter_rows():  # type: ignore[attr-defined]
            for cell in row:
                if isinstance(cell.value, str) and "填报单位：招商局" in cell.value:
                    cell.value = cell.value.replace("招商局", "招商二局")

    drop.edit(SIGNED, rename)
    drop.refresh()
    assert drop.result(SIGNED).status == "rejected"
    (found,) = [one for one in drop.findings(SIGNED) if one.is_error]
    assert (found.rule, found.value) == ("E003", "招商二局")
    assert found.cell is not None
    assert "招商局" in found.suggestion
    status = dict(
        drop.query("select return_name, state from mart.return_status where department = '招商局'")
    )
    assert status["pipeline_projects"] == "on_time"


def test_what_was_turned_back_is_kept(drop: Drop) -> None:
    (drop.raw / "坏的.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    drop.refresh()
    result = drop.result("坏的.xlsx")
    assert (result.status, result.findings[0].rule) == ("rejected", "E011")
    assert result.sha256 is not None
    archived = list((drop.settings.warehouse / "archive").rglob(f"{result.sha256}*"))
    assert [path.read_bytes() for path in archived] == [b"PK\x03\x04 not a workbook"]


def test_a_second_version_replaces_the_first(drop: Drop) -> None:
    drop.samples("2021-05/招商局/签约*.xlsx").samples("2021-01/招商局/年度*.xlsx")
    drop.refresh()
    drop.edit(SIGNED, change_of("GCKF-2021-0013", 合同投资额=38000))
    drop.refresh()
    assert drop.value("ZS01", "2021-05", "招商局") == Decimal("29.9499")
    versions = drop.query(
        "select version, is_current from mart.submissions "
        "where return_name = 'signed_projects' order by all"
    )
    assert versions == [(1, False), (2, True)]


def test_a_publication_that_failed_is_made_up_for(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was loaded but could not be published is published by the next refresh."""
    drop.samples("2021-01/招商局/*.xlsx").refresh()
    shutil.copyfile(Path(drop.raw / "2021-01/招商局/签约项目月报表.xlsx"), drop.raw / "again.xlsx")
    drop.edit("again.xlsx", {"L6": 99999})

    def fail(*_: object, **__: object) -> None:
        raise PublicationError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(publish, "publish", fail)
        with pytest.raises(PublicationError):
            drop.refresh()
    assert drop.refresh().published is not None
    assert drop.refresh().published is None


def test_a_text_in_an_amount_hides_no_fault_in_another_row(drop: Drop) -> None:
    """Two phases: the cell that can't be read has one finding, the negative amount has its own."""
    drop.samples("2021-05/招商局/签约*.xlsx")
    drop.edit(SIGNED, change_of("GCKF-2021-0013", 合同投资额="约5亿"))
    drop.edit(SIGNED, change_of("GCKF-2021-0006", 合同投资额=-43000))
    drop.refresh()
    errors = {(one.rule, one.column, one.value) for one in drop.findings(SIGNED) if one.is_error}
    assert errors == {
        ("R103", "合同投资额", "-43000"),
        ("X203", "固定资产投资额", "34400"),
        ("R110", "合同投资额", "约5亿"),
    }
