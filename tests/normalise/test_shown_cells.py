"""What a number format shows is what is counted; where it leaves a doubt, that is said at the cell."""

from decimal import Decimal

import pytest
from renderer.judged import above, judge, talk, talks
from renderer.sheets import Sheet, Value

from flows.read.grid import Shown

PAID = ("项目编号", "项目名称", "本月实到投资额", "本年累计实到投资额", "自签约累计实到投资额", "资金类型", "凭证类型", "凭证编号", "审核状态")  # fmt: skip
TRIP = ("行程编号", "带队领导", "领导层级", "出发日期", "返回日期", "天数", "同行人数", "行程公里", "目的省份")  # fmt: skip
AMOUNT = "D4"
RATES = {"usd_cny": Decimal("6.5")}


def paid_in(evidence_no: str | int = "PZ-1", amount: str | int = 500) -> Sheet:
    row: list[Value] = ["GCKF-2021-0501", "甲项目", amount, amount, amount, "土地款", "银行进账单", evidence_no, "审核通过"]  # fmt: skip
    return Sheet.of([["填报单位：招商局  报告期：2021年5月  计量单位：万元"], PAID, row])


def trip(km: float | str, people: float = 4) -> Sheet:
    row: list[Value] = [
        "WC-1",
        "李四",
        "分管领导",
        "2021-05-10",
        "2021-05-12",
        3,
        people,
        km,
        "浙江",
    ]
    return Sheet.of([["填报单位：党政办公室  报告期：2021年5月"], TRIP, row])


@pytest.mark.parametrize(
    ("stored", "shown", "line", "yuan"),
    [
        (12.5, Shown("12.5亿元"), "万元", 1_250_000_000),
        (300, Shown("300元"), "万元", 300),
        (300, Shown("-300"), "万元", -3_000_000),
        (300, Shown("¥300"), "万元", 3_000_000),
        # Yuan that are shown as so many 万元 say both.
        (5_000_000, Shown("500万元", disagrees=True), "万元", 5_000_000),
        (5_000_000, Shown("500", disagrees=True), "元、万元", None),
        (0, Shown("0", disagrees=True), "万元", 0),
    ],
)
def test_an_amount_is_what_is_shown(
    stored: float, shown: Shown, line: str, yuan: int | None
) -> None:
    sheet = talks(
        talk(拟投资额=stored), above=above(f"填报单位：招商局  报告期：2021年5月  计量单位：{line}")
    )
    judged = judge(sheet, shown={AMOUNT: shown})
    assert judged.values("planned_amount_cny") == [None if yuan is None else Decimal(yuan)]
    assert bool(judged.of("E007")) == (yuan is None)


def test_a_unit_that_is_stated_anyway_is_nothing_to_speak_of() -> None:
    judged = judge(talks(talk()), shown={AMOUNT: Shown("12000万元")})
    assert judged.values("planned_amount_cny") == [Decimal(120_000_000)]
    assert judged.findings == []


def test_a_scaled_amount_counts_where_header_and_line_state_both_units() -> None:
    sheet = talks(
        talk(拟投资额=120_000_000),
        headers={"拟投资额": "拟投资额（万元）"},
        above=above("填报单位：招商局  报告期：2021年5月  计量单位：元"),
    )
    judged = judge(sheet, shown={AMOUNT: Shown("12000", disagrees=True)})
    assert judged.values("planned_amount_cny") == [Decimal(120_000_000)]
    assert judged.errors == set()


def test_a_scaled_amount_holds_its_row_and_names_both_readings() -> None:
    judged = judge(
        talks(talk(拟投资额=120_000_000), talk(项目编号="GCKF-2021-0002")),
        shown={AMOUNT: Shown("12000", disagrees=True)},
    )
    (found,) = judged.of("E007")
    assert (found.severity, found.cell, found.row, found.holds) == ("error", "D4", 4, True)
    assert "12000万元" in found.message
    assert "120000000万元" in found.message
    assert judged.values("planned_amount_cny") == [None, Decimal(120_000_000)]


@pytest.mark.parametrize(
    ("shown", "line", "rates", "yuan"),
    [
        ("US$300万", "万元", RATES, 19_500_000),
        ("300万美元", "万元", RATES, 19_500_000),
        ("US$300", "万美元", RATES, 19_500_000),
        ("US$300", "元", RATES, 1_950),
        ("US$300", "万元", RATES, None),
        ("US$300", "万元", {}, None),
        ("US$300", "万美元", {}, None),
        ("300万美元", "万元", {}, None),
        ("€300", "万元", RATES, None),
        ("HK$300万", "万元", RATES, None),
        ("JP¥300", "万元", RATES, None),
        ("¥300", "万美元", RATES, None),
    ],
)
@pytest.mark.parametrize("is_typed", [True, False])
def test_a_currency_is_never_taken_for_another(
    shown: str, line: str, rates: dict[str, Decimal], yuan: int | None, *, is_typed: bool
) -> None:
    row = talk(拟投资额=shown if is_typed else 300)
    sheet = talks(row, above=above(f"填报单位：招商局  报告期：2021年5月  计量单位：{line}"))
    judged = judge(sheet, rates=rates, shown=None if is_typed else {AMOUNT: Shown(shown)})
    assert judged.values("planned_amount_cny") == [None if yuan is None else Decimal(yuan)]
    assert judged.errors == (set() if yuan else {"E007"})


def test_one_cell_in_dollars_holds_its_row_and_not_the_return() -> None:
    judged = judge(talks(talk(拟投资额="300万美元"), talk(项目编号="GCKF-2021-0002")))
    (found,) = judged.of("E007")
    assert (found.cell, found.row, found.holds) == ("D4", 4, True)
    assert "没有设定汇率" in found.message


@pytest.mark.parametrize("yuan", ["人民币", "CNY", "元", "人民币（元）", ""])
@pytest.mark.parametrize(
    "currency", ["美元", "美金", "港币", "港币（HKD）", "USD", "外币", "人民币、美元"]
)
def test_a_column_of_currencies_is_heard(currency: str, yuan: str) -> None:
    judged = judge(
        talks(talk(币种=yuan), talk(项目编号="GCKF-2021-0002", 币种=currency)), rates=RATES
    )
    (found,) = judged.of("E007")
    assert (found.row, found.holds, currency in found.message) == (5, True, True)
    assert judged.values("planned_amount_cny") == [Decimal(120_000_000), None]


def test_a_line_about_the_currency_has_to_agree_with_the_unit() -> None:
    line = "填报单位：招商局  报告期：2021年5月  （币种：{}；计量单位：{}）"
    assert judge(talks(talk(), above=above(line.format("人民币", "万元")))).errors == set()
    assert judge(talks(talk(), above=above(line.format("美元", "万元")))).errors == {"E007"}
    dollars = judge(talks(talk(), above=above(line.format("美元", "万美元"))), rates=RATES)
    assert dollars.values("planned_amount_cny") == [Decimal(780_000_000)]


@pytest.mark.parametrize(
    ("stored", "shown", "value"),
    [
        (2.1, Shown("2.1万公里"), 21_000),
        (21_000, Shown("2.1万公里", disagrees=True), 21_000),
        (21_000, Shown("21", disagrees=True), None),
        (3000, Shown("3000km"), 3000),
        (0.5, Shown("50%"), None),
        (300, Shown("US$300"), None),
    ],
)
def test_a_count_is_what_is_shown(stored: float, shown: Shown, value: int | None) -> None:
    judged = judge(trip(stored), shown={"H3": shown})
    assert judged.values("km") == [None if value is None else Decimal(value)]
    assert [one.cell for one in judged.of("R110", "error")] == ([] if value else ["H3"])


def test_a_scaled_count_names_both_readings() -> None:
    (found,) = judge(trip(21_000), shown={"H3": Shown("21", disagrees=True)}).of("R110")
    assert "“21”" in found.message
    assert "“21000”" in found.message


def test_a_target_may_be_shown_with_the_unit_of_its_row() -> None:
    header = ["年度", "责任单位", "指标代码", "指标名称", "目标值", "计量单位", "下达日期"]
    rows: list[list[Value]] = [
        [2021, "全区", "ZS01", "合同投资额", 74, "亿元", "2021-01-08"],
        [2021, "全区", "ZS03", "新引进项目", 24, "个", "2021-01-08"],
        [2021, "全区", "ZS02", "实到投资额", 67, "亿元", "2021-01-08"],
    ]
    judged = judge(
        Sheet.of([["填报单位：招商局"], header, *rows]),
        shown={"E3": Shown("74亿元"), "E4": Shown("24个"), "E5": Shown("67万元")},
    )
    assert judged.values("target") == [74, 24, None]
    assert [one.cell for one in judged.of("R110")] == ["E5"]


def test_digits_that_a_format_adds_belong_to_an_identifier() -> None:
    judged = judge(paid_in(123), shown={"H3": Shown("00000123")})
    assert judged.values("evidence_no") == ["00000123"]


def test_what_a_format_hides_is_read() -> None:
    judged = judge(talks(talk()), shown={AMOUNT: Shown("")})
    assert judged.values("planned_amount_cny") == [Decimal(120_000_000)]


def test_an_identifier_that_lost_its_last_digits_is_said() -> None:
    for number, judged in (
        ("2.4952E+19", judge(paid_in("2.4952E+19"))),
        ("24952000000010910000", judge(paid_in("24952000000010910000"), long_numbers=["H3"])),
    ):
        (found,) = judged.of("R115")
        assert (found.severity, found.cell) == ("warning", "H3")
        assert judged.values("evidence_no") == [number]


def test_a_total_is_compared_as_it_is_shown() -> None:
    total: dict[str, Value] = {**dict.fromkeys(talk()), "项目编号": "合计", "拟投资额": 1.2}
    sheet = talks(talk(拟投资额=1.2), total)
    shown = {AMOUNT: Shown("1.2亿元"), "D5": Shown("1.2亿元")}
    assert judge(sheet, shown=shown).of("E008") == []
    assert judge(sheet, shown=shown | {"D5": Shown("1.3亿元")}).of("E008") != []
