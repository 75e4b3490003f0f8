"""`mart.definitions`: by which settings of its own a zone's figures count."""

from decimal import Decimal

from house import ZONE, House

from flows.settle import declared


def test_settings_that_figures_rest_on_are_told_by_part_and_name(house: House) -> None:
    told = {row["setting"]: row["value"] for row in house.read("from mart.definitions")}
    assert Decimal(told["thresholds.large_project_cny"]) == 100_000_000
    assert told["readings.time_basis"] == "month"
    assert told["filing.due_day"] == "2"
    assert {name.partition(".")[0] for name in told} <= {
        "readings", "thresholds", "filing", "rates", "campaign"
    }  # fmt: skip


def test_another_threshold_is_another_value(house: House) -> None:
    thresholds = ZONE.thresholds.model_copy(update={"large_project_cny": Decimal(50_000_000)})
    declared.store(house.con, ZONE.model_copy(update={"thresholds": thresholds}))
    try:
        told = {row["setting"]: row["value"] for row in house.read("from mart.definitions")}
    finally:
        declared.store(house.con, ZONE)
    assert Decimal(told["thresholds.large_project_cny"]) == 50_000_000
