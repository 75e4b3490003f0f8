"""`mart.headline_rows`: the contributing rows, each once, adding up to the figures."""

from decimal import Decimal

from house import WAN, YI, House


def test_each_contribution_is_in_the_unit_of_its_indicator(house: House) -> None:
    house.months("2021-01")
    amount = {"contract_amount_cny": Decimal("123456.7891") * WAN}
    house.file("signed_projects", "甲局", "2021-01", amount)
    house.file("paid_in", "甲局", "2021-01", {"paid_month_cny": -Decimal("0.0001")})
    house.file("pipeline_projects", "甲局", "2021-01", {"planned_amount_cny": 3 * YI})
    rows = house.read("select indicator_code, contribution, unit from mart.headline_rows")
    assert sorted((r["indicator_code"], r["contribution"], r["unit"]) for r in rows) == [
        ("ZS01", Decimal("12.34567891"), "亿元"),
        ("ZS02", Decimal("-0.000000000001"), "亿元"),
        ("ZS03", 1, "个"),
        ("ZS04", 1, "个"),
        ("ZS04a", 3, "亿元"),
        ("ZS05", 1, "个"),
    ]


def test_only_counted_rows_and_none_for_the_zone(house: House) -> None:
    house.months("2021-01")
    house.targets("全区", ZS01=10)
    house.targets("甲局", ZS01=10)
    house.file("signed_projects", "甲局", "2021-01", {})
    house.file("signed_projects", "乙局", "2021-01", {"role": "协办"})
    rows = house.read("select department from mart.headline_rows where indicator_code = 'ZS01'")
    assert rows == [{"department": "甲局"}]


def test_they_add_up_to_the_figure(house: House) -> None:
    house.months("2021-01", "2021-02")
    house.file("paid_in", "甲局", "2021-01", {"paid_month_cny": Decimal("0.1")})
    house.file("paid_in", "乙局", "2021-02", {"paid_month_cny": Decimal("0.2")})
    (row,) = house.read(
        "select sum(contribution) as added from mart.headline_rows "
        "where indicator_code = 'ZS02' and report_month = '2021-02-01'"
    )
    assert row["added"] == house.figure("ZS02", "2021-02")["value"] == Decimal("0.000000003")
