"""What a zone makes of findings: its severities, held rows, and what it can't make light of."""

import datetime as dt
import time
from typing import Any

import pytest
from drop import Drop

import schemas
from flows.ground.findings import Finding, finding
from flows.ground.zone import RuleSetting, Zone
from flows.validate.severity import decide, key_or_amounts, needed_fields
from schemas.rules import Severity, Structural, all_rules

RULES = all_rules()
SOFTER = ("warning", "info", "off", "beta")


def with_rules(zone: Zone, *settings: dict[str, Any]) -> Zone:
    rules = tuple(RuleSetting.model_validate(one) for one in settings)
    return zone.model_copy(update={"rules": rules})


def at(rule: str, field: str | None = None, **more: Any) -> Finding:
    """A finding in the fifth row of a department's contracts of May."""
    return finding(
        RULES[rule],
        field=field,
        **{"row": 5, "return_name": "signed_projects", "report_month": dt.date(2021, 5, 1), **more},
    )


def decided(zone: Zone, one: Finding) -> list[tuple[str, bool]]:
    return [(str(found.severity), found.holds) for found in decide([one], RULES, zone)]


def test_an_error_of_a_row_holds_it(zone: Zone) -> None:
    assert decided(zone, at("R103", "contract_amount_cny")) == [("error", True)]
    assert decided(zone, at("R106", "contract_amount_cny")) == [("warning", False)]
    # A rule about the file turns the file back, at whatever row it is shown.
    assert decided(zone, at("E007", "contract_amount_cny")) == [("error", False)]
    assert decided(zone, at("R103", row=None)) == [("error", False)]


def test_the_zone_s_severity_decides_what_is_held(zone: Zone) -> None:
    softer = with_rules(zone, {"rule": "R103", "severity": "warning"})
    assert decided(softer, at("R103", "contract_amount_cny")) == [("warning", False)]
    harder = with_rules(
        zone, {"rule": "R106", "severity": "error"}, {"rule": "E008", "severity": "error"}
    )
    assert decided(harder, at("R106", "contract_amount_cny")) == [("error", True)]
    assert decided(harder, at("E008", "contract_amount_cny")) == [("error", False)]
    assert decided(with_rules(zone, {"rule": "R106", "severity": "off"}), at("R106")) == []


@pytest.mark.parametrize("severity", SOFTER)
@pytest.mark.parametrize(
    ("rule", "needed", "other"),
    [
        ("R101", "contract_amount_cny", "investor"),
        ("R101", "project_id", "status"),
        ("R102", "project_id", "chain"),
        ("R104", "capital_origin", "investor_type"),
        ("R105", "signed_on", "remark"),
        ("R110", "contract_amount_cny", "fixed_asset_cny"),
    ],
)
def test_what_a_figure_rests_on_stays_an_error(
    zone: Zone, rule: str, needed: str, other: str, severity: str
) -> None:
    softer = with_rules(zone, {"rule": rule, "severity": severity})
    assert decided(softer, at(rule, needed)) == [("error", True)]
    assert decided(softer, at(rule, other)) != [("error", True)]


def test_what_is_no_error_may_be_passed_over(zone: Zone) -> None:
    """A date in another spelling is an info: nothing is lost without it."""
    silent = with_rules(zone, {"rule": "R105", "severity": "off"})
    assert decided(silent, at("R105", "signed_on", severity=Severity.INFO)) == []


def test_every_key_is_needed_and_every_amount_an_amount() -> None:
    for model in schemas.all_returns():
        assert set(model.form().key) <= needed_fields(model) & key_or_amounts(model)
    assert "target" in key_or_amounts(schemas.by_name("annual_targets"))
    assert "started_on" in needed_fields(schemas.by_name("signed_projects"))


def test_structural_rules_are_those_of_the_handbook() -> None:
    by_place = {
        place: [code for code, rule in RULES.items() if rule.structural is place]
        for place in Structural
        if place is not Structural.NOWHERE
    }
    assert {place: sorted(codes) for place, codes in by_place.items()} == {
        Structural.EVERYWHERE: [
            "E001",
            "E002",
            "E003",
            "E004",
            "E007",
            "E009",
            "E011",
            "R109",
            "R111",
        ],
        Structural.KEY_OR_AMOUNT: ["R101"],
        Structural.WHERE_NEEDED: ["R102", "R104", "R105", "R110"],
    }
    assert all(
        RULES[code].severity is Severity.ERROR for codes in by_place.values() for code in codes
    )


def test_an_amount_that_can_t_be_read_is_never_counted_as_nothing(drop: Drop) -> None:
    """Inside a file too, where the setting was obeyed and the row loaded without its amount."""
    drop.zone = with_rules(
        drop.zone, {"rule": "R110", "severity": "warning"}, {"rule": "R104", "severity": "off"}
    )
    rows: list[dict[str, Any]] = [
        {"project_id": "GCKF-2021-0001", "contract_amount_cny": "约5亿"},
        {"project_id": "GCKF-2021-0002", "investor": "丙公司", "contract_amount_cny": 60000},
        {
            "project_id": "GCKF-2021-0003", "investor": "丁公司", "contract_amount_cny": 40000,
            "investor_type": "百强",
        },
    ]  # fmt: skip
    drop.put("签约.xlsx", "signed_projects", "招商局", "2021-01", rows, filed_on="2021-02-01")
    drop.refresh()
    assert [(one.rule, one.severity, one.row, one.holds) for one in drop.findings("签约.xlsx")] == [
        ("R110", "error", 3, True)
    ]
    assert drop.value("ZS01", "2021-01") == 10
    assert drop.result("签约.xlsx").status == "partly_accepted"


def test_one_cell_in_another_currency_holds_its_row_and_not_the_return(drop: Drop) -> None:
    rows: list[dict[str, Any]] = [
        {"project_id": "GCKF-2021-0001", "contract_amount_cny": "300万美元"},
        {"project_id": "GCKF-2021-0002", "investor": "丙公司", "contract_amount_cny": 60000},
    ]
    drop.put("签约.xlsx", "signed_projects", "招商局", "2021-01", rows, filed_on="2021-02-01")
    drop.refresh()
    (found,) = drop.findings("签约.xlsx")
    assert (found.rule, found.severity, found.row, found.holds) == ("E007", "error", 3, True)
    assert drop.value("ZS01", "2021-01") == 6
    assert drop.result("签约.xlsx").status == "partly_accepted"


def test_a_ledger_s_ditto_marks_count_as_what_they_repeat(drop: Drop) -> None:
    rows: list[dict[str, Any]] = [
        {
            "reception_no": number, "visited_on": dt.date(2021, 1, 12), "org_name": firm,
            "province": "浙江", "visitors": 3,
        }
        for number, firm in [("JD-1", "甲山公司"), ("ｊｄ—2", "同上"), ("jd–3", "〃"), ("JD-4", "乙水公司")]
    ]  # fmt: skip
    drop.put("接待.xlsx", "receptions", "招商局", "2021-01", rows, filed_on="2021-02-01")
    drop.refresh()
    query = "select reception_no, org_name from mart.receptions order by 1"
    assert drop.query(query) == [
        ("JD-1", "甲山公司"), ("JD-2", "甲山公司"), ("JD-3", "甲山公司"), ("JD-4", "乙水公司")
    ]  # fmt: skip


def test_many_findings_are_decided_in_no_time(zone: Zone) -> None:
    zone = with_rules(zone, {"rule": "R110", "severity": "warning"})
    many = [at("R110", "contract_amount_cny", row=n) for n in range(20_000)]
    started = time.perf_counter()
    assert len(decide(many, RULES, zone)) == len(many)
    assert time.perf_counter() - started < 2
