"""The Chinese words of replies and receipts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from flows.settings import BEIJING

UNKNOWN = "未识别"
STATUSES = {
    "accepted": "已接收",
    "accepted_with_warnings": "已接收，有待说明",
    "partly_accepted": "部分接收",
    "rejected": "退回",
    "withdrawn": "已撤回",
    "unchanged": "内容未变，不再计入",
}
SEVERITY_WORDS = {"error": "错误", "warning": "警告", "info": "提示"}
# The most serious status of a file's submissions says what its department has to do.
NEXT_STEPS = {
    "rejected": "退回：下列报表没有采用。请改正标为“错误”的地方后重新报送。",
    "partly_accepted": "部分接收：有错误的行没有计入。请改正标为“错误”的地方后重新报送。",
    "accepted_with_warnings": "已接收：请核对标为“警告”的地方，有误的改正，无误的在“单位说明”中说明。",
    "accepted": "已接收：没有需要改正的地方。",
    "withdrawn": "已撤回：这份报表不再采用。",
    "unchanged": "内容未变：与此前收到的相同，不再计入。",
}
STATES = {
    "on_time": "按时",
    "late": "迟报",
    "nil": "零报告",
    "missing": "未报",
    "rejected": "退回，尚未重报",
}
# Mobile numbers and landlines, with blanks or hyphens in between.
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|\d{3,4}-\d{7,8})(?!\d)"
)
_DIGIT = re.compile(r"\d")


def month_words(month: dt.date | None) -> str:
    """A month as people write it: 2021年5月."""
    return f"{month.year}年{month.month}月" if month else UNKNOWN


def moment_words(moment: dt.datetime) -> str:
    """A time in Beijing to the minute."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def next_step(statuses: Iterable[str]) -> str:
    """What the department has to do, by the most serious of the statuses."""
    found = set(statuses)
    return next((words for status, words in NEXT_STEPS.items() if status in found), "")


def masked_phones(text: str) -> str:
    """The text with the middle digits of telephone numbers as stars: 138****0000."""
    return _PHONE.sub(_masked_number, text)


def _masked_number(match: re.Match[str]) -> str:
    """All but the first three and the last two digits of a number are hidden."""
    total = len(_DIGIT.findall(match[0]))
    seen = 0

    def hide(digit: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return digit[0] if seen <= 3 or seen > total - 2 else "*"

    return _DIGIT.sub(hide, match[0])


def masked_name(text: str) -> str:
    """A contact's name for others' eyes: the first character, and stars for the rest."""
    return text[:1] + "*" * max(1, len(text) - 1) if text else text
