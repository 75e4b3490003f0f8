"""Which sheets of a file are data, and what is said of the others; files that nobody foresaw."""

import datetime as dt

import pytest
from renderer import Sheet
from renderer.judged import above, judge, talk, talks, zone

from flows.read import Unreadable
from flows.recognise import Origin, drafts

APRIL = "填报单位：招商局    报告期：2021年4月    计量单位：万元"


def test_hidden_and_instruction_sheets_are_no_data_and_said() -> None:
    hidden = talks(talk(项目编号="GCKF-2021-0009"), name="旧表")
    hidden.is_hidden = True
    example = talks(talk(项目编号="GCKF-2021-0008"), name="填报说明")
    judged = judge(talks(talk()), hidden, example)
    assert judged.draft.rows_found == 1
    assert [(one.rule, one.severity, one.sheet) for one in judged.findings] == [
        ("E013", "info", "旧表"),
        ("E001", "warning", "填报说明"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "填报示例",
        "示例",
        "样例",
        "样表",
        "范例",
        "模板说明",
        "在谈项目（示例）",
        "填报说明（必读）",
    ],
)
def test_a_sheet_of_examples_is_no_data_and_said(name: str) -> None:
    judged = judge(talks(talk()), talks(talk(项目编号="GCKF-2021-0008"), name=name))
    assert judged.draft.rows_found == 1
    assert [(one.rule, one.severity, one.sheet) for one in judged.findings] == [
        ("E001", "warning", name)
    ]


@pytest.mark.parametrize("name", ["客商接待情况说明", "补充说明", "说明", "模板"])
def test_a_return_is_one_whatever_its_sheet_is_called(name: str) -> None:
    alone = judge(talks(talk(), name=name))
    assert (alone.draft.rows_found, alone.findings) == (1, [])
    other = judge(talks(talk()), talks(talk(), above=above(APRIL), name=name))
    assert [one.rows_found for one in other.drafts] == [1, 1]


def test_a_sheet_of_explanations_beside_a_return_is_no_stranger() -> None:
    guide = Sheet.of([["序号", "栏目", "含义"], *[["1", "拟投资额", "略"]] * 5], name="说明")
    judged = judge(talks(talk()), guide)
    assert (judged.draft.rows_found, judged.findings) == (1, [])


def test_a_return_in_the_guide_alone_is_not_read_and_said() -> None:
    judged = judge(talks(talk(), name="填表说明"))
    assert [(one.rule, one.severity) for one in judged.findings] == [
        ("E001", "error"),
        ("E001", "warning"),
    ]
    assert "改工作表的名称" in judged.findings[1].suggestion


# --- what nobody foresaw -------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [RecursionError, KeyError])
def test_a_file_that_nobody_foresaw_is_turned_back_and_logged(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise fault

    monkeypatch.setattr(drafts, "recognise_tables", fail)
    (found,) = judge(talks(talk())).findings
    assert (found.rule, found.is_error) == ("E011", True)
    assert found.message == "文件结构异常，无法识别。"
    assert "模板" in found.suggestion
    (logged,) = caplog.records
    assert (logged.name, logged.levelname) == ("guoban", "ERROR")
    assert logged.exc_info is not None


def test_that_memory_does_not_suffice_is_said_by_whoever_handles_the_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(drafts, "recognise_tables", fail)
    with pytest.raises(MemoryError):
        judge(talks(talk()))


def test_what_a_file_s_own_fault_asks_for_is_the_remedy() -> None:
    """The rule's own, to take the password away, would have it turned back again."""
    book = Unreadable("工作表的范围过大，请删除多余的空行空列后重新报送。")
    (draft,) = drafts.recognise(book, Origin(1, "a.xlsx", dt.date(2021, 6, 2)), zone())
    (found,) = draft.findings
    assert (found.rule, found.message) == ("E011", "工作表的范围过大。")
    assert found.suggestion == "请删除多余的空行空列后重新报送。"


def test_a_stranger_among_the_sheets_is_said() -> None:
    stranger = Sheet.of([["甲", "乙", "丙"]] * 4, name="通讯录")
    (found,) = judge(talks(talk()), stranger).findings
    assert (found.rule, found.severity, found.sheet) == ("E001", "warning", "通讯录")
