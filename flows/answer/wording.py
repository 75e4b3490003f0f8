"""The Chinese words of replies and receipts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from schemas.labels import EXPLAINED, LABELS, REPLACED, chinese

UNKNOWN = "未识别"
STATUSES = chinese("status")
SEVERITY_WORDS = chinese("severity")
# The most serious status of a file's submissions says what its department has to do.
NEXT_STEPS = {
    "rejected": "退回：下列报表没有采用。请改正标为“错误”的地方后重新报送。",
    "partly_accepted": "部分接收：有错误的行没有计入。请改正标为“错误”的地方后重新报送。",
    "accepted_with_warnings": "已接收：请核对标为“警告”的地方，有误的改正，无误的在“单位说明”中说明。",
    "accepted": "已接收：没有需要改正的地方。",
    "unchanged": "内容未变：与此前收到的相同，不再计入。",
}
# A warning that its department has explained, and what is asked no more as nothing rests on it.
CLOSED, OVER = "已说明", "不再要求"
# In what people count that which is asked of them.
_ASKED_IN = {"correct": "处", "explain": "处", "decide": "项", "file": "份"}
# Of what is owed it is said, too, that what was turned back is still owed.
STATES = chinese("state") | {"rejected": "退回，尚未重报"}


def month_words(month: dt.date | None) -> str:
    """A month as people write it: 2021年5月."""
    return f"{month.year}年{month.month}月" if month else UNKNOWN


def span_words(month: dt.date) -> str:
    """The year up to a month: 2021年1至5月."""
    return f"{month.year}年1月" if month.month == 1 else f"{month.year}年1至{month.month}月"


def lead_words(days: int) -> str:
    """How long before the day all was done, or after it (negative); nobody is early by no day."""
    if not days:
        return "按时"
    return f"提前{days}天" if days > 0 else f"晚{-days}天"


def standing_words(is_locked: bool) -> str:
    """What the figures of a month are: final once it is locked."""
    return "核定数" if is_locked else "初步数"


def moment_words(moment: dt.datetime) -> str:
    """A time to the minute."""
    return f"{moment:%Y-%m-%d %H:%M}"


def status_words(status: str, *, is_explained: bool = False, is_replaced: bool = False) -> str:
    """A submission's status; of one that only has warnings, whether all of them are explained.

    Of one that something else counts in the place of that alone is said.
    """
    if is_replaced:
        return REPLACED[1]
    return EXPLAINED[1] if is_explained else STATUSES.get(status, status)


def is_explained(status: str, unexplained: int) -> bool:
    """Whether a submission was accepted with warnings, none of which is left unexplained."""
    return status == "accepted_with_warnings" and not unexplained


def asked_pairs(asked: Mapping[str, int]) -> list[tuple[str, str]]:
    """What is asked, by what it asks for, in both languages: 2 to correct, 待改正2处."""
    return [
        (f"{asked[name]} {english}", f"{chinese_words}{asked[name]}{_ASKED_IN[name]}")
        for name, (english, chinese_words) in LABELS["asks"].items()
        if asked.get(name)
    ]


def asked_words(asked: Mapping[str, int]) -> list[str]:
    """The same in Chinese."""
    return [words for _, words in asked_pairs(asked)]


def next_step(statuses: Iterable[str], *, is_explained: bool = False) -> str:
    """What the department has to do, by the most serious of the statuses.

    `is_explained` says that every warning is explained.
    """
    found = set(statuses)
    if is_explained and found <= {"accepted_with_warnings", "accepted"}:
        return f"{EXPLAINED[1]}：没有需要处理的地方。"
    return next((words for status, words in NEXT_STEPS.items() if status in found), "")


def is_replaced(status: str, ended: str) -> bool:
    """Whether a submission counts no more though nobody has withdrawn it."""
    return bool(ended) and status != "withdrawn"
