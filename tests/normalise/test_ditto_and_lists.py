"""同上 is the cell above; one cell may list several names; one number has many spellings."""

import pytest
from renderer.judged import PEOPLE, Judged, judge, talk, talks
from renderer.sheets import Sheet, Value

RECEIVED = ["接待编号", "来访日期", "来访企业", "来源省份", "客商人数", "意向项目编号", "备注"]
VISITED = ["行程编号", "走访日期", "省份", "地市", "走访对象", "对象类型", "接洽人"]
CADRES = ["干部编号", "干部姓名", "是否党员", "联系企业"]
LINE = ["填报单位：党政办公室  报告期：2021年5月"]


def receptions(*firms: str, **more: list[str]) -> Judged:
    def of(header: str, at: int, usual: Value) -> Value:
        return more[header][at] if header in more else usual

    rows = [
        [
            of("接待编号", at, f"JD-{at}"),
            of("来访日期", at, "2021-05-11"),
            firm,
            of("来源省份", at, "浙江"),
            of("客商人数", at, 3),
            of("意向项目编号", at, ""),
            of("备注", at, ""),
        ]
        for at, firm in enumerate(firms)
    ]
    return judge(Sheet.of([LINE, RECEIVED, *rows, [PEOPLE]]))


def visits(*places: tuple[str, str], contact: str = "") -> Judged:
    rows = [
        ["WC-1" if not at else "〃", f"2021-05-1{at}", "浙江", city, firm, "企业", contact]
        for at, (city, firm) in enumerate(places)
    ]
    return judge(Sheet.of([LINE, VISITED, *rows, [PEOPLE]]))


# --- the same as above ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark", ["同上", "（同上）", "同 上", "同前", "〃", "″", "”", '"', "''", "〞", "々"]
)
def test_a_ditto_mark_is_the_cell_above(mark: str) -> None:
    judged = receptions("甲山公司", mark, "乙水公司", mark, mark)
    assert judged.values("org_name") == ["甲山公司", "甲山公司", "乙水公司", "乙水公司", "乙水公司"]
    assert [(one.rule, one.severity, one.cell) for one in judged.findings] == [
        ("R102", "info", "C4"),
        ("R102", "info", "C6"),
        ("R102", "info", "C7"),
    ]
    assert "第5行的“乙水公司”" in judged.findings[-1].message


def test_options_and_numbers_of_other_things_may_be_the_same_as_above() -> None:
    judged = judge(talks(talk(), talk(项目编号="GCKF-2021-0002", 产业类别="同上", 引资角色="〃")))
    assert judged.values("sector") == ["工业", "工业"]
    assert judged.values("role") == ["牵头", "牵头"]
    assert {one.severity for one in judged.findings} == {"info"}
    assert visits(("宁波市", "甲山公司"), ("同上", "乙水公司")).values("trip_no") == [
        "WC-1",
        "WC-1",
    ]


def test_a_party_member_is_one_as_above() -> None:
    rows = [["GB01", "张三", "是", "甲山公司"], ["同上", "同上", "〃", "乙水公司"]]
    judged = judge(Sheet.of([LINE, CADRES, *rows, [PEOPLE]]))
    assert judged.values("cadre_no") == ["GB01", "GB01"]
    assert judged.values("party_member") == [True, True]
    assert judged.errors == set()


def test_nothing_above_is_nothing_to_copy() -> None:
    judged = receptions("同上", "甲山公司", 备注=["〃", ""])
    required, optional = judged.findings
    assert (required.rule, required.severity, required.cell) == ("R101", "error", "C3")
    assert (optional.rule, optional.severity, optional.cell) == ("R101", "warning", "G3")
    assert judged.values("org_name") == [None, "甲山公司"]


def test_nothing_is_copied_over_a_row_between() -> None:
    rows: list[list[Value]] = [
        ["JD-1", "2021-05-11", "甲山公司", "浙江", 3],
        ["小计", None, None, None, 3],
        ["JD-2", "2021-05-11", "同上", "浙江", 3],
    ]
    judged = judge(Sheet.of([LINE, RECEIVED[:5], *rows, [PEOPLE]]))
    (found,) = judged.findings
    assert (found.rule, found.severity, found.cell) == ("R101", "error", "C5")


@pytest.mark.parametrize(
    ("header", "usual", "rule"),
    [
        ("接待编号", "JD-0", "R101"),
        ("来访日期", "2021-05-11", "R105"),
        ("客商人数", "3", "R110"),
    ],
)
@pytest.mark.parametrize("mark", ["同上", "〃", '"'])
def test_own_numbers_dates_and_counts_are_never_copied(
    header: str, usual: str, rule: str, mark: str
) -> None:
    judged = receptions("甲山公司", "乙水公司", **{header: [usual, mark]})
    (found,) = judged.findings
    assert (found.rule, found.severity, found.row) == (rule, "error", 4)


def test_a_reporter_may_be_the_one_above() -> None:
    rows: list[list[Value]] = [
        ["招商局", "JD-1", "2021-05-11", "甲山公司", "浙江", 3],
        ["〃", "JD-2", "2021-05-11", "乙水公司", "浙江", 3],
        ["党政办公室", "JD-3", "2021-05-11", "丙城公司", "浙江", 3],
        ["同上", "JD-4", "2021-05-11", "丁湖公司", "浙江", 3],
    ]
    judged = judge(Sheet.of([["报告期：2021年5月"], ["填报单位", *RECEIVED[:5]], *rows, [PEOPLE]]))
    assert {(draft.department, draft.rows_found) for draft in judged.drafts} == {
        ("招商局", 2),
        ("党政办公室", 2),
    }
    (said,) = judged.drafts[0].findings
    assert (said.severity, said.cell) == ("info", "A4")
    assert "第4、6行的“填报单位”" in said.message


@pytest.mark.parametrize("between", [["小计", None, None, None, None, 3], ["二、外资"], [None]])
def test_a_reporter_is_none_above_a_row_between(between: list[Value]) -> None:
    rows: list[list[Value]] = [
        ["招商局", "JD-1", "2021-05-11", "甲山公司", "浙江", 3],
        between,
        ["同上", "JD-2", "2021-05-11", "乙水公司", "浙江", 3],
        ["同上", "JD-3", "2021-05-11", "丙城公司", "浙江", 3],
    ]
    judged = judge(Sheet.of([["报告期：2021年5月"], ["填报单位", *RECEIVED[:5]], *rows, [PEOPLE]]))
    assert "按上一行" not in "".join(one.message for one in judged.findings)
    counted = [draft for draft in judged.drafts if draft.department == "招商局"]
    assert [draft.rows_found for draft in counted] == [1]
    (error,) = [one for one in judged.findings if one.is_error]
    assert (error.rule, error.message) == ("E003", "“同上”不在填报单位名录中。")


def test_a_contact_stays_out_of_the_words() -> None:
    judged = visits(("宁波市", "甲山公司"), ("杭州市", "乙水公司"), contact="同上")
    judged_twice = judge(
        Sheet.of(
            [
                LINE,
                VISITED,
                ["WC-1", "2021-05-11", "浙江", "宁波市", "甲山公司", "企业", "王五"],
                ["WC-1", "2021-05-12", "浙江", "宁波市", "乙水公司", "企业", "同上"],
            ]
        )
    )
    assert judged.values("contact") == [None, None]
    assert judged_twice.values("contact") == ["王五", "王五"]
    assert all("王五" not in one.message for one in judged_twice.findings)


# --- several names in one cell -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value", "severity"),
    [
        ("甲山股份有限公司、乙水锻造公司，丙城轴承公司", None, "info"),
        ("甲山公司\n乙水公司", "甲山公司、乙水公司", "info"),
        ("甲山公司；\n乙水公司", "甲山公司、乙水公司", "info"),
        ("甲山公司/乙水公司", None, "info"),
        ("甲山公司、乙厂", None, "warning"),
        ("甲山公司、乙水公司等5家企业", None, "warning"),
        ("甲山公司等", None, "warning"),
    ],
)
def test_several_names_in_a_cell_are_said(cell: str, value: str | None, severity: str) -> None:
    judged = receptions(cell)
    (found,) = judged.of("R114")
    assert (found.severity, found.cell) == (severity, "C3")
    assert judged.values("org_name") == [value or cell]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("甲山股份\n有限公司", "甲山股份有限公司"),
        ("甲山公司\n（外资）", "甲山公司（外资）"),
        ("甲山（中国、香港）有限公司", "甲山（中国、香港）有限公司"),
        ("ABC Co., Ltd", "ABC Co., Ltd"),
        ("2、乙水公司", "2、乙水公司"),
    ],
)
def test_one_name_is_one(cell: str, value: str) -> None:
    judged = receptions(cell)
    assert judged.of("R114") == []
    assert judged.values("org_name") == [value]


def test_places_are_listed_as_well() -> None:
    judged = visits(("宁波市宁海县、杭州市余杭区", "甲山公司"))
    (found,) = judged.of("R114")
    assert (found.severity, found.cell) == ("info", "D3")


# --- identifiers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "jd-2021-501", "ＪＤ-2021-501", "JD–2021–501", "JD\u20112021\u2011501", "JD—2021—501", "JD−2021−501",
        "JD－2021－501", "JD﹣2021﹣501", "JD - 2021 - 501", "JD─2021─501", "JD-2021- 501",
    ],
)  # fmt: skip
def test_an_identifier_is_one_however_it_is_spelt(written: str) -> None:
    judged = receptions("甲山公司", 接待编号=[written])
    assert judged.values("reception_no") == ["JD-2021-501"]
    (found,) = judged.findings
    assert (found.rule, found.severity, found.cell) == ("R102", "info", "A3")


def test_two_spellings_of_a_number_in_one_file_are_one_key() -> None:
    judged = receptions("甲山公司", "乙水公司", 接待编号=["JD-1", "ｊｄ–1"])
    assert [one.row for one in judged.of("R109")] == [3, 4]
