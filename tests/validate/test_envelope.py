"""The envelope judged: contradictions, who signed, nil returns, what came early or late."""

import datetime as dt

import pytest
from renderer import Value
from renderer.judged import ENVELOPE, MAY, PEOPLE, UNIT, above, judge, owner, talk, talks, zone

from flows.ground.findings import Finding
from flows.ground.zone import Zone
from flows.recognise import Draft
from flows.validate import envelope

LATE = "单位负责人：甲    填表人：乙    审核人：丙    报出日期：2021年6月20日"
UNDATED = "单位负责人：甲    填表人：乙    审核人：丙"


def test_stated_wins_over_names_with_a_warning() -> None:
    judged = judge(talks(talk()), path="2021-04/经济发展局/a.xlsx")
    assert owner(judged) == ("招商局", MAY)
    assert [(one.severity, one.cell) for one in judged.of("E003")] == [("warning", "A2")]
    assert [(one.severity, one.cell) for one in judged.of("E004")] == [("warning", "A2")]


def test_the_nearest_name_wins_over_a_farther_one_with_a_warning() -> None:
    judged = judge(talks(talk(), above=above(UNIT), name="招商局"), path="2021-05/经发局/a.xlsx")
    assert owner(judged) == ("招商局", MAY)
    (found,) = judged.of("E003")
    assert found.severity == "warning"
    assert "文件夹" in found.message


def test_two_statements_that_differ_are_an_error() -> None:
    line = "填报单位：招商局  报告期：2021年5月"
    other = ["填报单位：经济发展局  报告期：2021年4月"]
    judged = judge(talks(talk(), above=above(line, UNIT), below=(other, [PEOPLE])))
    assert [(one.rule, one.cell) for one in judged.findings if one.is_error] == [
        ("E003", "A6"),
        ("E004", "A6"),
    ]


def test_a_title_of_another_month_is_an_error() -> None:
    titled = (["2021年4月在谈项目月报表"], [ENVELOPE])
    (found,) = judge(talks(talk(), above=titled)).of("E004")
    assert found.is_error
    assert "2021年5月、2021年4月" in found.message


def test_what_is_wrong_above_the_header_is_told_where_it_stands() -> None:
    line = ["填报单位：招商局", "报告期：2021年5月", UNIT]
    titled = (["附件2"], [None, None, "2021年4月在谈项目月报表"], line)
    assert [one.cell for one in judge(talks(talk(), above=titled)).of("E004")] == ["C2"]


def test_nothing_stated_anywhere_is_an_error() -> None:
    judged = judge(talks(talk(), above=above(UNIT)))
    assert owner(judged) == (None, None)
    assert judged.errors == {"E003", "E004"}


def test_a_department_near_one_on_the_roster_is_suggested() -> None:
    (found,) = judge(talks(talk(), above=above("填报单位：招商居  报告期：2021年5月", UNIT))).of(
        "E003"
    )
    assert (found.is_error, found.cell) == (True, "A2")
    assert "是否为“招商局”" in found.suggestion


def test_a_month_without_its_year_is_not_guessed() -> None:
    (found,) = judge(talks(talk(), above=above("填报单位：招商局  报告期：5月", UNIT))).of("E004")
    assert "没有写年份" in found.message


def test_title_and_folder_of_different_years_give_none() -> None:
    titled = (["2020年在谈项目月报表"], ["填报单位：招商局", UNIT])
    judged = judge(talks(talk(月份="5月"), above=titled), path="2021/a.xlsx")
    (found,) = [one for one in judged.findings if one.is_error]
    assert (found.rule, found.cell) == ("E004", "N4")
    assert "没有写年份" in found.message


def test_each_month_without_a_year_is_told_at_its_own_cell() -> None:
    rows = [
        talk(项目编号="GCKF-2021-0001", 填报单位="招商局", 月份="4月"),
        talk(项目编号="GCKF-2021-0002", 填报单位="经发局", 月份="5月"),
        talk(项目编号="GCKF-2021-0003", 填报单位="经发局", 月份="4月"),
    ]
    found = judge(talks(*rows, above=above(UNIT))).findings
    assert [(one.rule, one.cell) for one in found] == [
        ("E004", "O4"),
        ("E004", "O5"),
        ("E004", "O6"),
    ]


def test_a_month_after_receipt_is_an_error() -> None:
    line = "填报单位：招商局 报告期：2021年7月"
    assert "E004" in judge(talks(talk(), above=above(line, UNIT))).errors


def test_a_row_against_the_envelope_is_an_error_at_its_cell() -> None:
    rows = [talk(填报单位="招商局"), talk(填报单位="经发局", 项目编号="GCKF-2021-0002")]
    found = judge(talks(*rows)).of("E003")
    assert [(one.cell, one.is_error) for one in found] == [("N5", True)]


def test_a_nil_return_of_an_unknown_department_is_nobodys() -> None:
    rows: list[dict[str, Value]] = [
        talk(填报单位="招商局", 零报告="否"),
        {"填报单位": "经济发展居", "零报告": "是"},
    ]
    lines = above("报告期：2021年5月", UNIT)
    judged = judge(talks(*rows, above=lines), path="2021-05/招商局/a.xlsx")
    assert [one.department for one in judged.drafts] == ["招商局", None]
    assert [one.cell for one in judged.of("E003")] == ["N6"]


def test_rows_under_a_nil_return_and_none_without_one() -> None:
    assert judge(talks(talk(), above=above(ENVELOPE, "零报告：是"))).errors == {"E009"}
    assert judge(talks()).errors == {"E009"}


@pytest.mark.parametrize(
    "lines", [(LATE, UNDATED), (UNDATED, LATE), (LATE, PEOPLE), (PEOPLE, LATE)]
)
def test_a_return_of_two_sheets_is_as_late_as_its_latest_date(lines: tuple[str, str]) -> None:
    first, second = lines
    judged = judge(
        talks(talk(), below=([first],)),
        talks(talk(项目编号="GCKF-2021-0002"), below=([second],), name="续表"),
    )
    assert (judged.draft.filed_on, judged.is_late) == (dt.date(2021, 6, 20), True)
    assert [one.cell for one in judged.of("E006")] == ["A5"]


RECEIVED_LATE = dt.date(2021, 6, 20)


@pytest.mark.parametrize(
    ("received_on", "is_late"), [(dt.date(2021, 6, 2), False), (RECEIVED_LATE, True)]
)
def test_a_return_without_its_date_is_as_late_as_its_receipt(
    received_on: dt.date, is_late: bool
) -> None:
    judged = judge(talks(talk(), below=([UNDATED],)), received_on=received_on)
    assert (judged.draft.filed_on, judged.is_late) == (None, is_late)
    words = ["迟报：收到日期2021-06-20晚于截止日2021-06-02。"] if is_late else []
    assert [(one.message, one.cell) for one in judged.of("E006")] == [(one, None) for one in words]


def test_a_date_that_can_not_be_read_is_none() -> None:
    unread = f"{UNDATED}    报出日期：月初"
    judged = judge(talks(talk(), below=([unread],)), received_on=RECEIVED_LATE)
    assert judged.is_late
    assert {one.rule for one in judged.findings} == {"E005", "E006"}


def test_what_states_its_date_is_not_late_by_its_receipt() -> None:
    judged = judge(talks(talk()), received_on=RECEIVED_LATE)
    assert (judged.is_late, judged.findings) == (False, [])


def test_in_a_zone_that_goes_by_receipt_only_that_day_makes_late() -> None:
    judged = judge(talks(talk(), below=([LATE],)), late_by="received_on")
    assert (judged.is_late, judged.findings) == (False, [])
    judged = judge(talks(talk()), late_by="received_on", received_on=RECEIVED_LATE)
    (found,) = judged.findings
    assert judged.is_late
    assert (found.rule, found.message) == ("E006", "迟报：收到日期2021-06-20晚于截止日2021-06-02。")


def test_filed_before_the_month_ends_is_early_whatever_makes_late() -> None:
    early = "单位负责人：甲    填表人：乙    审核人：丙    报出日期：2021年5月20日"
    for late_by in ("filed_on", "received_on"):
        (found,) = judge(talks(talk(), below=([early],)), late_by=late_by).findings
        assert (found.rule, found.cell) == ("E006", "A5")
        assert found.message == "提前报数：报出日期2021-05-20早于月末。"
    judged = judge(talks(talk(), below=([UNDATED],)), received_on=dt.date(2021, 5, 20))
    assert [one.message for one in judged.of("E006")] == ["提前报数：收到日期2021-05-20早于月末。"]


def test_a_return_of_two_sheets_is_late_by_receipt_once() -> None:
    judged = judge(
        talks(talk(), below=([UNDATED],)),
        talks(talk(项目编号="GCKF-2021-0002"), below=([UNDATED],), name="续表"),
        received_on=RECEIVED_LATE,
    )
    assert len(judged.of("E006")) == 1


def test_an_envelope_that_nobody_foresaw_costs_no_other_file(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    drafts = [*judge(talks(talk())).drafts, *judge(talks(talk(), below=())).drafts]
    drafts[0].key = "000002-1"
    check = envelope.check_envelope

    def trip(draft: Draft, zone: Zone) -> list[Finding]:
        if draft is drafts[0]:
            raise KeyError
        return check(draft, zone)

    monkeypatch.setattr(envelope, "check_envelope", trip)
    findings = envelope.check_envelopes(drafts, zone())
    assert [(one.rule, one.submission) for one in findings] == [
        ("E011", "000002-1"),
        ("E005", "000001-1"),
    ]
    (logged,) = caplog.records
    assert (logged.levelname, logged.exc_info is not None) == ("ERROR", True)
