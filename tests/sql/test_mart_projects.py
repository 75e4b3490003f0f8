"""`mart.projects`: one row a project, as its newest rows tell it."""

import datetime as dt
from decimal import Decimal
from typing import Any

from house import WAN, YI, House

from flows.ground.settings import PROJECT

BY_SECTOR = PROJECT / "docs" / "questions" / "13-paid-by-sector.sql"
ONE, TWO = "GCKF-2021-0001", "GCKF-2021-0002"


def projects(house: House) -> dict[str, dict[str, Any]]:
    return {row["project_id"]: row for row in house.read("from mart.projects")}


def talk(**values: Any) -> dict[str, Any]:
    return {"project_id": ONE, "first_contact_on": dt.date(2021, 1, 5), **values}


def test_a_project_goes_from_talks_to_production_in_one_row(house: House) -> None:
    house.file("pipeline_projects", "甲局", "2021-01", talk())
    house.file("pipeline_projects", "甲局", "2021-02", talk(status="已转签约"))
    signed = {"signed_on": dt.date(2021, 2, 10), "contract_amount_cny": 3 * YI}
    house.file("signed_projects", "甲局", "2021-02", signed)
    built = {"status": "投产", "started_on": dt.date(2021, 3, 1)}
    built |= {"operating_on": dt.date(2021, 5, 20)}
    house.file("signed_projects", "甲局", "2021-05", signed | built)
    (row,) = projects(house).values()
    assert (row["stage"], row["talk_stage"], row["last_report_month"]) == (
        "投产", None, dt.date(2021, 5, 1),
    )  # fmt: skip
    assert (row["contract_amount_cny"], row["planned_amount_cny"]) == (3 * YI, 2 * YI)
    assert [row[f"days_{name}"] for name in ("in_talks", "to_start", "building", "operating")] == [
        36, 19, 80, 11,
    ]  # fmt: skip
    assert row["days_in_stage"] == 11


def test_a_talk_lasts_until_the_end_of_its_last_month(house: House) -> None:
    house.file("pipeline_projects", "甲局", "2021-02", talk())
    (row,) = projects(house).values()
    assert (row["stage"], row["talk_stage"], row["days_in_stage"]) == ("在谈", "实质洽谈", 54)
    assert (row["days_to_start"], row["days_building"], row["contract_type"]) == (None, None, None)


def test_what_has_no_date_has_no_days(house: House) -> None:
    house.file("pipeline_projects", "甲局", "2021-01", talk(first_contact_on=None))
    house.file("signed_projects", "甲局", "2021-01", {"project_id": TWO})
    rows = projects(house)
    assert (rows[ONE]["days_in_stage"], rows[ONE]["days_in_talks"]) == (None, None)
    assert (rows[TWO]["days_in_talks"], rows[TWO]["days_to_start"]) == (None, 11)


def test_a_framework_agreement_is_a_talk(house: House) -> None:
    house.file("signed_projects", "甲局", "2021-01", {"contract_type": "框架协议"})
    house.file("pipeline_projects", "甲局", "2021-01", talk())
    (row,) = projects(house).values()
    assert (row["stage"], row["contract_type"], row["days_to_start"]) == ("在谈", "框架协议", None)


def test_what_has_ended_is_in_no_stage(house: House) -> None:
    ended = {"status": "终止", "ended_on": dt.date(2021, 3, 11)}
    house.file("signed_projects", "甲局", "2021-04", ended)
    house.file("pipeline_projects", "甲局", "2021-04", talk(project_id=TWO, status="已终止"))
    rows = projects(house)
    assert (rows[ONE]["stage"], rows[ONE]["days_in_stage"], rows[ONE]["days_to_start"]) == (
        "终止", None, 50,
    )  # fmt: skip
    assert (rows[TWO]["stage"], rows[TWO]["days_in_talks"]) == ("终止", None)


def test_one_that_ended_may_be_talked_about_again(house: House) -> None:
    house.file("signed_projects", "甲局", "2021-02", {"status": "终止"})
    house.file("pipeline_projects", "乙局", "2021-03", talk())
    (row,) = projects(house).values()
    assert (row["stage"], row["department"]) == ("在谈", "乙局")


def test_the_lead_tells_before_a_helper(house: House) -> None:
    house.file("signed_projects", "甲局", "2021-01", {"status": "注册"})
    house.file("signed_projects", "乙局", "2021-02", {"role": "协办", "status": "签约"})
    (row,) = projects(house).values()
    assert (row["department"], row["stage"], row["last_report_month"]) == (
        "甲局", "注册", dt.date(2021, 2, 1),
    )  # fmt: skip


def test_built_before_it_was_signed(house: House) -> None:
    early = {"status": "开工", "started_on": dt.date(2021, 1, 10), "remark": "先建后签"}
    house.file("signed_projects", "甲局", "2021-01", early)
    (row,) = projects(house).values()
    assert (row["days_to_start"], row["days_building"]) == (0, 21)


def test_two_numbers_decided_to_be_one_project_are_one_row(house: House) -> None:
    house.months("2021-01")
    earlier = {"project_id": TWO, "signed_on": dt.date(2021, 1, 8)}
    house.file("signed_projects", "甲局", "2021-01", {"project_id": ONE}, earlier)
    paid = (
        {"project_id": one, "paid_total_cny": amount * WAN}
        for one, amount in ((ONE, 300), (TWO, 50))
    )
    house.file("paid_in", "甲局", "2021-01", *paid)
    for one in (ONE, TWO):
        house.con.execute("insert into core.same_projects values (?, ?)", [one, ONE])
    (row,) = projects(house).values()
    # The number that counts: signed first.
    assert (row["project_id"], row["other_ids"], row["paid_total_cny"]) == (TWO, ONE, 350 * WAN)
    (counted,) = house.read("select row_key from mart.headline_rows where indicator_code = 'ZS01'")
    assert counted["row_key"] == TWO


def test_what_was_paid_under_either_number_is_found_with_its_project(house: House) -> None:
    house.months("2021-05")
    contracts = ({"project_id": one, "sector": "农业"} for one in (ONE, TWO))
    house.file("signed_projects", "甲局", "2021-05", *contracts)
    payments = (
        {"project_id": one, "paid_month_cny": amount * WAN}
        for one, amount in ((ONE, 30_000), (TWO, 5_000))
    )
    house.file("paid_in", "甲局", "2021-05", *payments)
    for one in (ONE, TWO):
        house.con.execute("insert into core.same_projects values (?, ?)", [one, ONE])
    (row,) = projects(house).values()
    assert {
        (one["filed_id"], one["project_id"]) for one in house.read("from mart.project_ids")
    } == {(ONE, row["project_id"]), (TWO, row["project_id"])}
    (found,) = house.read(BY_SECTOR.read_text("utf-8"))
    assert found == {"sector": "农业", "value": Decimal("3.5")}


def test_only_audited_payments_tell_what_is_paid_in(house: House) -> None:
    house.file("signed_projects", "甲局", "2021-02", {})
    house.file("paid_in", "甲局", "2021-01", {"paid_total_cny": 100 * WAN})
    house.file("paid_in", "甲局", "2021-02", {"paid_total_cny": 900 * WAN, "audit_status": "退回"})
    (row,) = projects(house).values()
    assert row["paid_total_cny"] == 100 * WAN


def test_a_project_with_payments_alone_has_no_stage(house: House) -> None:
    house.months("2021-01")
    house.file("paid_in", "甲局", "2021-01", {"project_id": TWO})
    (row,) = projects(house).values()
    assert (row["project_id"], row["department"], row["stage"]) == (TWO, "甲局", None)
