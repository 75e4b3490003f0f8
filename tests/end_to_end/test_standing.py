"""What stands when files, rules and people disagree: versions turned back, locks, lost pieces."""

import datetime as dt
import os
import shutil
from decimal import Decimal
from typing import Any

import duckdb
import openpyxl
import pytest
from drop import Drop, change_of
from past import assert_changes_add_up, assert_verified, house_of, wrong_in
from seldom import nightly

from flows import judging
from flows.ask import decisions
from flows.ask.decisions import RefusedError
from flows.ask.verify import verify
from flows.ground.errors import PublicationError, WarehouseError
from flows.ground.zone import Rates
from flows.publish import release as publish
from flows.publish.current import newest_file
from flows.store.journal import Journal, Publication
from schemas.reasons import words

pytestmark = pytest.mark.slow

JAN = dt.date(2021, 1, 1)
ONE, OTHER = "GCKF-2021-0001", "GCKF-2021-0002"


def versions(drop: Drop, slug: str) -> list[tuple[Any, ...]]:
    return drop.query(
        "select version, status, is_current from mart.submissions where return_name = ? "
        "order by submission_id",
        [slug],
    )


@pytest.mark.nightly
def test_a_version_that_rules_across_files_turn_back_leaves_the_one_before(drop: Drop) -> None:
    """Its every row is held (M405: 本年累计 is not last month's and this month's): v1 stands."""
    paid = {"project_id": ONE, "paid_month_cny": 100, "paid_total_cny": 300, "evidence_no": "1"}
    drop.put("1.xlsx", "paid_in", "招商局", "2021-01", [paid | {"paid_ytd_cny": 100}])
    next_month = paid | {"paid_ytd_cny": 200, "paid_total_cny": 400, "evidence_no": "2"}
    drop.put("2.xlsx", "paid_in", "招商局", "2021-02", [next_month])
    drop.refresh()
    assert drop.value("ZS02", "2021-02") == Decimal("0.02")
    drop.put("2.xlsx", "paid_in", "招商局", "2021-02", [next_month | {"paid_ytd_cny": 207}])
    drop.refresh()
    assert drop.value("ZS02", "2021-02") == Decimal("0.02")
    assert versions(drop, "paid_in") == [
        (1, "accepted_with_warnings", True),
        (1, "accepted_with_warnings", True),
        (None, "rejected", False),
    ]
    ((state,),) = drop.query(
        "select state from mart.return_status where department = '招商局' "
        "and return_name = 'paid_in' and report_month = '2021-02-01'"
    )
    assert state == "late"
    # It stays open, and says what counts meanwhile.
    asked = drop.query("select rule from mart.findings where is_open and asks = 'correct'")
    assert ("M405",) in asked
    (stands,) = [one for one in drop.result("2.xlsx").findings if one.rule == "E010"]
    assert stands.message == "本表没有采用，现采用的仍是第1版（文件“2.xlsx”）。"
    assert_changes_add_up(drop)
    assert_verified(drop)
    # Mended, it is the third: what stands between is no longer what the rules look at.
    drop.put("2.xlsx", "paid_in", "招商局", "2021-02", [next_month | {"evidence_no": "3"}])
    drop.refresh()
    assert [one[0] for one in versions(drop, "paid_in")] == [1, 1, 2, 3]
    assert not drop.query("select rule from mart.findings where is_open and rule = 'M405'")


@pytest.mark.nightly
def test_a_target_that_can_t_be_read_takes_no_other_s_place(drop: Drop) -> None:
    target = {
        "department": "招商局", "year": 2021, "indicator": "合同", "unit": "亿元", "doc_no": "号",
        "issued_on": "2021-01-05",
    }  # fmt: skip
    given = [
        {**target, "indicator_code": "ZS01", "target": 20},
        {**target, "indicator_code": "ZS02", "target": 10},
    ]
    drop.put("目标.xlsx", "annual_targets", "招商局", "2021-01", given)
    drop.put("约.xlsx", "signed_projects", "招商局", "2021-01", [{"project_id": ONE}])
    drop.refresh()
    given[0]["target"], given[1]["target"] = "约20", 12
    drop.put("目标2.xlsx", "annual_targets", "招商局", "2021-01", given)
    drop.refresh()
    found = drop.query(
        "select indicator_code, target_value from mart.headline_indicators where "
        "department = '招商局' and indicator_code in ('ZS01', 'ZS02') order by all"
    )
    assert found == [("ZS01", Decimal(20)), ("ZS02", Decimal(12))]
    assert "R110" in {one.rule for one in drop.findings("目标2.xlsx")}
    assert_verified(drop)


def test_one_number_filed_by_two_departments_in_one_file(drop: Drop) -> None:
    """A ledger's number is its department's own: they are two meetings, and no repetition (R109)."""
    path = drop.put(
        "会议.xlsx", "meetings", "招商局", "2021-01",
        [{"meeting_no": "HY-1", "meeting_type": "推介会", "held_on": "2021-01-05",
          "topic": "一", "place": "甲", "firm_count": 1}] * 2,
    )  # fmt: skip
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    column = sheet.max_column + 1
    sheet["A1"] = None
    for row, value in enumerate(["填报单位", "招商局", "党政办公室"], start=2):
        sheet.cell(row, column).value = value
    book.save(path)
    drop.refresh()
    assert drop.last is not None
    assert "R109" not in {f.rule for one in drop.last.files for f in one.findings}


def test_one_number_of_two_departments_is_no_repetition_in_their_own_returns(drop: Drop) -> None:
    """02 is of a project in a department: who leads and who helps both file it."""
    lead = {"project_id": ONE, "signed_on": "2021-01-08"}
    path = drop.put("签约.xlsx", "signed_projects", "招商局", "2021-01", [lead, lead])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["A1"] = None
    column = sheet.max_column + 1
    for row, value in enumerate(["填报单位", "招商局", "经济发展局"], start=2):
        sheet.cell(row, column).value = value
    book.save(path)
    drop.refresh()
    assert drop.last is not None
    assert not [f for one in drop.last.files for f in one.findings if f.rule == "R109"]


def test_what_can_t_be_read_raises_no_rule_of_two_fields(drop: Drop) -> None:
    drop.samples("2021-05/招商局/签约*.xlsx")
    name = "2021-05/招商局/签约项目月报表.xlsx"
    drop.edit(name, change_of("GCKF-2021-0004", 开工日期="2021-02-30"))
    drop.refresh()
    assert [one.rule for one in drop.findings(name) if one.severity == "error"] == ["R105"]


def test_a_choice_that_there_is_not_raises_no_rule_of_two_fields(drop: Drop) -> None:
    drop.put(
        "问题.xlsx", "problem_ledger", "项目服务中心", "2021-01",
        [{"problem_no": "WT-1", "firm": "甲", "raised_on": "2021-01-05", "category": "用工",
          "content": "缺工", "lead_department": "招商局", "deadline": "2021-02-05",
          "status": "已办结", "closed_on": "2021-01-20"}],
    )  # fmt: skip
    drop.refresh()
    found = [(one.rule, one.field) for one in drop.findings("问题.xlsx") if one.row]
    assert ("R104", "status") in found
    assert "X202" not in {rule for rule, _ in found}


def test_talks_decided_to_be_one_count_once(drop: Drop) -> None:
    talk = {"planned_amount_cny": 12000, "first_contact_on": "2021-01-06"}
    other = {"planned_amount_cny": 12100, "first_contact_on": "2021-01-04"}
    drop.put("甲.xlsx", "pipeline_projects", "招商局", "2021-01", [{"project_id": ONE, **talk}])
    drop.put(
        "乙.xlsx", "pipeline_projects", "经济发展局", "2021-01", [{"project_id": OTHER, **other}]
    )
    drop.refresh()
    assert (drop.value("ZS04", "2021-01"), drop.value("ZS04a", "2021-01")) == (2, Decimal("2.41"))
    decisions.decide(house_of(drop), ONE, OTHER, is_same=True, by="张三")
    drop.refresh()
    # Who was first in touch counts it.
    assert (drop.value("ZS04", "2021-01"), drop.value("ZS04a", "2021-01")) == (1, Decimal("1.21"))
    ((reasons,),) = drop.query(
        "select reasons from detail.headline_candidates where until_at is null and "
        "row_key = ? and indicator_code = 'ZS04'",
        [ONE],
    )
    assert (words(reasons) or "").startswith(
        f"经认定与{OTHER}为同一项目，已由经济发展局（乙.xlsx第"
    )
    assert_changes_add_up(drop)


@pytest.mark.nightly
def test_a_pair_is_decided_where_the_later_file_was_turned_back_for_it(drop: Drop) -> None:
    """Nothing else stands in the later one's file: until decided it is rejected as a whole."""
    deal = {"investor": "合成客商", "contract_amount_cny": 60000, "signed_on": "2021-01-08"}
    drop.put("甲.xlsx", "signed_projects", "招商局", "2021-01", [{"project_id": ONE, **deal}])
    drop.refresh()
    drop.put("乙.xlsx", "signed_projects", "经济发展局", "2021-01", [{"project_id": OTHER, **deal}])
    drop.refresh()
    assert drop.result("乙.xlsx").status == "rejected"
    assert drop.value("ZS01", "2021-01") == 6
    assert decisions.lock(house_of(drop), JAN, "张三") != []
    decisions.decide(house_of(drop), ONE, OTHER, is_same=False, by="张三")
    drop.refresh()
    assert drop.value("ZS01", "2021-01") == 12
    assert [one[1:] for one in versions(drop, "signed_projects")] == [
        ("accepted_with_warnings", True)
    ] * 2
    assert decisions.lock(house_of(drop), JAN, "张三") == []


def test_a_month_is_locked_only_at_figures_that_hold(drop: Drop) -> None:
    """What came since the last refresh would be in force and not in the locked figures."""
    drop.put("甲.xlsx", "signed_projects", "招商局", "2021-01", [{"project_id": ONE}])
    drop.refresh()
    house = house_of(drop)
    ((submission,),) = drop.query("select submission_id from mart.submissions")
    decisions.withdraw(house, submission, "试", "张三")
    with pytest.raises(RefusedError, match="run guoban refresh"):
        decisions.lock(house, JAN, "张三")
    drop.put(
        "甲.xlsx",
        "signed_projects",
        "招商局",
        "2021-01",
        [{"project_id": ONE}, {"project_id": OTHER, "investor": "另一客商"}],
    )
    drop.refresh()
    assert decisions.lock(house, JAN, "张三") == []
    drop.refresh()
    decisions.unlock(house, JAN, "试", "张三")
    with pytest.raises(RefusedError, match="run guoban refresh"):
        decisions.lock(house, JAN, "张三")
    # A refresh that was ended after the files were received: they are in no figure yet.
    drop.refresh()
    drop.put(
        "乙.xlsx",
        "signed_projects",
        "经济发展局",
        "2021-01",
        [{"project_id": "GCKF-2021-0003", "investor": "又一客商"}],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "catch_up", _ended)
        with pytest.raises(KeyboardInterrupt):
            drop.refresh()
    with pytest.raises(RefusedError, match="run guoban refresh"):
        decisions.lock(house, JAN, "张三")
    drop.refresh()
    assert decisions.lock(house, JAN, "张三") == []


def _ended(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_what_is_withdrawn_or_sent_anew_keeps_no_month_open(drop: Drop) -> None:
    drop.put("甲.xlsx", "signed_projects", "招商局", "2021-01", [{"project_id": ONE}])
    drop.put(
        "乙.xlsx",
        "signed_projects",
        "不知名局",
        "2021-01",
        [{"project_id": OTHER, "investor": "另一客商"}],
    )
    drop.put(
        "丙.xlsx",
        "signed_projects",
        "无名局",
        "2021-01",
        [{"project_id": OTHER, "investor": "另一客商"}],
    )
    drop.refresh()
    house = house_of(drop)
    assert len(decisions.lock(house, JAN, "张三")) == 2
    ((unknown,),) = drop.query("select submission_id from mart.submissions where file = '乙.xlsx'")
    decisions.withdraw(house, unknown, "不是本区单位", "张三")
    drop.put(
        "丙.xlsx",
        "signed_projects",
        "经济发展局",
        "2021-01",
        [{"project_id": OTHER, "investor": "另一客商"}],
    )
    drop.refresh()
    assert decisions.lock(house, JAN, "张三") == []


@pytest.mark.nightly
def test_a_withdrawal_stays_with_what_was_withdrawn(drop: Drop) -> None:
    """Also when the zone's settings later recognise more in the same file."""
    rows = [{"project_id": f"GCKF-2021-000{n}"} for n in (1, 2, 3)]
    path = drop.put("三家.xlsx", "signed_projects", "招商局", "2021-01", rows)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["A1"] = None
    column = sheet.max_column + 1
    for row, value in enumerate(["填报单位", "甲办", "乙办", "招商局"], start=2):
        sheet.cell(row, column).value = value
    book.save(path)
    drop.refresh()
    ((own,),) = drop.query("select submission_id from mart.submissions where department = '招商局'")
    decisions.withdraw(house_of(drop), own, "试", "张三")
    drop.refresh()
    plain = drop.zone.model_dump()
    for one, alias in zip(plain["departments"][1:], ("甲办", "乙办"), strict=False):
        one["aliases"] = (*one["aliases"], alias)
    departments = tuple(type(drop.zone.departments[0])(**one) for one in plain["departments"])
    drop.zone = drop.zone.model_copy(update={"departments": departments})
    drop.zone.__dict__.pop("roster", None)
    drop.refresh()
    found = drop.query("select department, status from mart.submissions order by all")
    assert len(found) == 3
    assert [department for department, status in found if status == "withdrawn"] == ["招商局"]


def test_a_reason_is_more_than_blanks(drop: Drop) -> None:
    with pytest.raises(RefusedError, match="a reason is wanted"):
        decisions.withdraw(house_of(drop), "000001-1", "  ", "张三")
    with pytest.raises(RefusedError, match="a reason is wanted"):
        decisions.unlock(house_of(drop), JAN, "", "张三")


# --- pieces of the warehouse lost or damaged ------------------------------------------------------


@pytest.fixture
def published(drop: Drop) -> Drop:
    drop.put("甲.xlsx", "signed_projects", "招商局", "2021-01", [{"project_id": ONE}])
    drop.refresh()
    return drop


def test_a_lost_link_is_made_again(published: Drop) -> None:
    before = published.query("from mart.headline_indicators order by all")
    (published.settings.warehouse / "current").unlink()
    published.refresh()
    assert published.query("from mart.headline_indicators order by all") == before
    assert published.refresh().published is None
    assert len(Journal(house_of(published).journal).publications) == 1


@pytest.mark.nightly
def test_a_backup_that_is_older_than_what_is_published_is_said(published: Drop) -> None:
    """Figures go back with it: nobody is to wonder."""
    journal = house_of(published).journal
    kept = journal.with_name("backup")
    shutil.copytree(journal, kept)
    row = {"project_id": OTHER, "investor": "另一客商"}
    published.put("乙.xlsx", "signed_projects", "经济发展局", "2021-01", [row])
    newer = published.refresh().published
    figures = published.query("from mart.headline_indicators order by all")
    shutil.rmtree(journal)
    kept.rename(journal)
    result = published.refresh()
    (note,) = result.notes
    assert f"the release {newer} is published and the journal knows nothing of it" in note.english
    assert str(newer) in note.chinese
    # What is in the drop folder still is taken in again.
    assert published.query("from mart.headline_indicators order by all") == figures
    assert published.result("乙.xlsx").status == "accepted_with_warnings"
    assert_verified(published)
    assert [one.rpartition(": ")[0] for one in wrong_in(published.settings.warehouse)] == [
        str(house_of(published).releases / str(newer))
    ]
    assert published.refresh().notes == []


@pytest.mark.parametrize("damage", ["cut", nightly("gone")])
def test_a_damaged_release_is_made_again(published: Drop, damage: str) -> None:
    before = published.query("from mart.headline_indicators order by all")
    file = newest_file(published.settings.warehouse)
    file.chmod(0o644)
    if damage == "gone":
        file.unlink()
    else:
        os.truncate(file, 5000)
    published.refresh()
    assert published.query("from mart.headline_indicators order by all") == before


@pytest.mark.nightly
def test_a_release_that_somebody_wrote_to_is_told(published: Drop) -> None:
    file = newest_file(published.settings.warehouse)
    file.chmod(0o644)
    with duckdb.connect(str(file)) as con:
        con.execute("create table mart.more as select 1 as x")
    differences = verify(published.settings, published.zone).differences
    assert [one.relation for one in differences] == ['mart."more"']
    os.truncate(file, 5000)
    with pytest.raises(PublicationError, match="can't be opened; guoban refresh makes it again"):
        verify(published.settings, published.zone)


def test_a_damaged_working_database_is_made_anew(published: Drop) -> None:
    before = published.query("from mart.headline_indicators order by all")
    os.truncate(house_of(published).working_database, 5000)
    assert published.refresh().published is None
    assert published.query("from mart.headline_indicators order by all") == before


@pytest.mark.parametrize("damage", ["cut", pytest.param("gone", marks=pytest.mark.nightly)])
def test_an_archived_file_that_is_not_what_was_received_stops_everything(
    published: Drop, damage: str
) -> None:
    """Judged from it, the figures would be lower, and the fault would be the department's."""
    (file,) = [one for one in house_of(published).archive.rglob("*") if one.is_file()]
    kept = file.read_bytes()
    file.unlink()
    if damage == "cut":
        file.write_bytes(kept[:-100])
    before = published.query("from mart.headline_indicators order by all")
    with pytest.raises(WarehouseError, match=f"{file.name} is missing or damaged"):
        verify(published.settings, published.zone)
    published.zone = published.zone.model_copy(update={"rates": Rates(usd_cny=Decimal(6))})
    with pytest.raises(WarehouseError, match="is missing or damaged"):
        published.refresh()
    assert published.query("from mart.headline_indicators order by all") == before
    shutil.copyfile(published.raw / "甲.xlsx", file)
    published.refresh()
    assert_verified(published)


@pytest.mark.nightly
def test_a_publication_is_on_record_before_it_is_seen(
    published: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended in between, the next refresh shows what is on record, and nothing else."""
    published.put(
        "乙.xlsx",
        "signed_projects",
        "经济发展局",
        "2021-01",
        [{"project_id": OTHER, "investor": "另一客商"}],
    )
    with monkeypatch.context() as patch:
        patch.setattr(publish, "flip", _ended)
        with pytest.raises(KeyboardInterrupt):
            published.refresh()
    last = Journal(house_of(published).journal).last_publication()
    assert isinstance(last, Publication)
    assert published.value("ZS01", "2021-01") == 6
    with pytest.raises(RefusedError, match="run guoban refresh"):
        decisions.lock(house_of(published), JAN, "张三")
    published.refresh()
    assert published.value("ZS01", "2021-01") == 12
    assert newest_file(published.settings.warehouse).parent.name == last.run_id
    assert_verified(published)


def test_replies_come_though_the_first_refresh_was_ended_before_them(drop: Drop) -> None:
    drop.put("甲.xlsx", "signed_projects", "不知名局", "2021-01", [{"project_id": ONE}])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "catch_up", _ended)
        with pytest.raises(KeyboardInterrupt):
            drop.refresh()
    drop.refresh()
    assert list(house_of(drop).replies.rglob("*.reply.xlsx"))


def test_a_made_anew_database_answers_nothing_twice(published: Drop) -> None:
    house = house_of(published)
    for answer in list(house.replies.rglob("*.reply.xlsx")):
        answer.unlink()
    house.working_database.unlink()
    published.refresh()
    assert not list(house.replies.rglob("*.reply.xlsx"))
