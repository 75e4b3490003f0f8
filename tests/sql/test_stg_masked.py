"""`stg.masked`, `stg.masked_phones`: who and by which number is nobody else's business."""

import pytest
from house import House

import schemas
from schemas.rules import all_rules

SAID = "请电13871234567、0710-7231234核实"
SHOWN = "请电138****4567、0710-****234核实"
# Where departments write in their own words.
WORDS = ("remark", "outcome", "content", "reason")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请电13871234567核实", "请电138****4567核实"),
        ("电话0710-7231234", "电话0710-****234"),
        # One character between them is the end of the first and the beginning of the second.
        ("13812345678、13912345678/13712345678", "138****5678、139****5678/137****5678"),
        ("138-1234-5678", "138-****-5678"),
        ("138 1234　5678", "138 ****　5678"),
        ("138－1234—5678", "138－****—5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("+86 13812345678或8613812345678", "+86 138****5678或86138****5678"),
        ("（0559）1234567转8", "（0559）****567转8"),
        ("05591234567", "0559****567"),
        ("010-8888 8888", "010-**** 8888"),
        ("Tel13812345678wx13912345678", "Tel138****5678wx139****5678"),
        # Other numbers: of contracts, projects and firms, dates, amounts.
        ("合同号20210113001不变", "合同号20210113001不变"),
        ("GCKF-2021-0001，2021-05-31", "GCKF-2021-0001，2021-05-31"),
        ("统一代码91420625MA12345678", "统一代码91420625MA12345678"),
        ("金额1500000000元，1381234.5678万元", "金额1500000000元，1381234.5678万元"),
        ("", ""),
        (None, None),
    ],
)
def test_telephone_numbers(house: House, text: str | None, shown: str | None) -> None:
    assert house.con.execute("select stg.masked_phones(?)", [text]).fetchall() == [(shown,)]


def test_names(house: House) -> None:
    assert house.con.execute("select stg.masked('张三丰')").fetchall() == [("张**",)]


@pytest.mark.parametrize("model", schemas.all_returns(), ids=lambda model: model.form().slug)
def test_words_leave_without_numbers_and_stay_whole_at_home(
    house: House, model: type[schemas.declare.Return]
) -> None:
    slug = model.form().slug
    words = [name for name in WORDS if name in model.columns()]
    house.file(slug, "甲局", "2021-01", dict.fromkeys(words, SAID))
    listed = ", ".join(words)
    assert house.read(f"select {listed} from mart.{slug}") == [dict.fromkeys(words, SHOWN)]
    assert house.read(f"select {listed} from rows.{slug}") == [dict.fromkeys(words, SAID)]


def test_findings_and_changes_tell_no_numbers(house: House) -> None:
    house.con.execute(
        "insert into core.findings (rule, severity, return_name, field, value, explanation) "
        "values ('R102', 'error', 'paid_in', 'remark', $1, $1), "
        "('R112', 'warning', 'paid_in', 'evidence_no', $2, null)",
        [SAID, "042001900104"],
    )
    assert house.read("select value, explanation from mart.findings order by rule") == [
        {"value": SHOWN, "explanation": SHOWN},
        {"value": "042001900104", "explanation": None},
    ]
    house.con.execute(
        "insert into core.version_changes (return_name, field, old_value, new_value) "
        "values ('paid_in', 'remark', $1, null), ('paid_in', 'evidence_no', $2, $2)",
        [SAID, "042001900104"],
    )
    changes = house.read("select old_value, new_value from detail.version_changes order by field")
    assert changes == [
        {"old_value": "042001900104", "new_value": "042001900104"},
        {"old_value": SHOWN, "new_value": None},
    ]


@pytest.mark.parametrize("field", ["remark", "project_name", None])
def test_no_finding_of_any_rule_tells_a_number(house: House, field: str | None) -> None:
    for rule in all_rules():
        house.con.execute(
            "insert into core.findings (rule, severity, return_name, field, message, suggestion) "
            "values ($1, 'warning', 'paid_in', $2, $3, $3)",
            [rule, field, f"填的是“{SAID}”，请核对。"],
        )
    told = house.read("select distinct message, suggestion from mart.findings")
    assert told == [dict.fromkeys(("message", "suggestion"), f"填的是“{SHOWN}”，请核对。")]


def test_what_is_shown_as_the_value_is_the_same_in_the_words(house: House) -> None:
    voucher = "042001900104"
    house.con.execute(
        "insert into core.findings (rule, severity, return_name, field, value, message) values "
        "('R112', 'warning', 'paid_in', 'evidence_no', $1, $2), "
        "('R116', 'error', 'paid_in', 'remark', $3, $3), ('E001', 'error', null, null, $3, $3)",
        [voucher, f"“{voucher}”已用过，电13871234567", SAID],
    )
    assert house.read("select value, message from mart.findings order by rule") == [
        {"value": SHOWN, "message": SHOWN},
        {"value": voucher, "message": f"“{voucher}”已用过，电138****4567"},
        {"value": SHOWN, "message": SHOWN},
    ]
