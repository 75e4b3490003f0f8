"""Whatever stands in a sheet, recognising and typing it never fails: the batch must go on."""

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from renderer.judged import ENVELOPE, PEOPLE, TALK, zone

from flows.normalise.frames import normalise
from flows.read import Book, Grid
from flows.recognise import Origin, recognise
from flows.validate.envelope import check_envelope, is_late
from flows.validate.inside import validate

WORDS = [
    *TALK, ENVELOPE, PEOPLE, "合计", "零报告", "填报单位", "招商局", "报告期", "9999年12月", "2021-05", "计量单位",
    "单位", "万元", "（亿元）", "填报单位：", "报告期：0000-00", "①", "፩፪", "²", "#REF!", "其中：", "甲", "1", "1" * 5_000, "（以亿元计）", "（亿元以上）",
    "2021-05-06", "12000", "GCKF-2021-0001", "9999-12-31", "-0", "1e99", "壹", "", "",
]  # fmt: skip
texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=6))
rows = st.lists(texts, max_size=16)
headed = st.tuples(rows, st.just(list(TALK)), st.lists(rows, max_size=6)).map(
    lambda parts: [parts[0], parts[1], *parts[2]]
)
places = st.integers(0, 9)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(headed, st.lists(rows, max_size=8)),
    st.lists(st.tuples(places, places, places, places), max_size=4),
    st.sampled_from(
        ["a.xlsx", "²²²²/招商局/x.xlsx", "2021-05/招商局/x.xlsx", "፩፪፫፬/x", "9999-12/x"]
    ),
)
def test_no_grid_breaks_the_batch(sheet: Any, areas: Any, path: str) -> None:
    merged = [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in areas]
    book = Book("xlsx", [Grid("S", sheet, merged, hidden_rows=[2], broken={(2, 3): "#REF!"})])
    drafts = recognise(book, Origin(1, path, dt.date(2021, 6, 2)), zone())
    assert drafts
    # Turned back as what nobody foresaw would be a failure as well.
    assert not [one for draft in drafts for one in draft.findings if one.rule == "E011"]
    for draft in drafts:
        check_envelope(draft, zone())
        is_late(draft, zone())
    batches, findings = normalise(drafts, {})
    assert not [one for one in findings if one.rule == "E011"]
    for batch in batches:
        validate(batch, zone())


def test_a_wide_sheet_of_strange_words_is_judged_at_once() -> None:
    sheet = [[f"词{row}-{column}" for column in range(3000)] for row in range(60)]
    (draft,) = recognise(
        Book("xlsx", [Grid("S", sheet)]), Origin(1, "a", dt.date(2021, 6, 2)), zone()
    )
    assert [one.rule for one in draft.findings] == ["E001"]
