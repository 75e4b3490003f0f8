"""What a refresh came to, on a page of Markdown: for whoever looks at its record, not for departments."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from flows.answer.headline import newest_headline
from flows.answer.results import RunResult, StatusCount
from flows.answer.wording import SEVERITY_WORDS, asked_words, month_words, status_words
from flows.ground.errors import PublicationError
from flows.publish.current import open_release
from flows.values.printed import exact
from schemas.labels import chinese

_CAUSES = chinese("cause")
Row = Mapping[str, Any]


def headline_of(warehouse: Path) -> list[dict[str, Any]]:
    """The zone's headline figures of the newest month that is published; none where nothing is."""
    try:
        with open_release(warehouse) as con:
            return newest_headline(con)
    except PublicationError:
        return []


def months_of(result: RunResult) -> list[dt.date]:
    """The months whose returns the refresh took in, or turned back."""
    return sorted(
        {one.month for one in result.files if one.month is not None and one.status != "unchanged"}
    )


def summary(result: RunResult, headline: Sequence[Row], more: Mapping[str, str]) -> str:
    """The page: submissions by status, findings by severity, the headline figures, and what moved.

    `more` heads it.
    """
    release = result.published or "没有新内容，已发布的数字不变"
    facts = {"运行": result.run_id, "发布": release, **more}
    found = Counter(str(found.severity) for one in result.files for found in one.findings)
    parts = [
        _table(("项", "值"), facts.items()),
        "### 报送",
        _table(
            ("状态", "份数"),
            [(_status_words(one), one.submissions) for one in result.by_status],
        ),
        "### 问题",
        _table(
            ("级别", "条数"),
            [(words, found[name]) for name, words in SEVERITY_WORDS.items() if found[name]],
        ),
    ]
    if headline:
        parts += [
            f"### 全区主要指标（{month_words(headline[0]['report_month'])}）",
            _table(
                ("代码", "指标", "数值", "单位", "目标", "完成率%"),
                [
                    (
                        one["indicator_code"],
                        one["indicator_name"],
                        _number(one["value"]),
                        one["unit"],
                        _number(one["target_value"]),
                        _number(one["completion_pct_rounded"]),
                    )
                    for one in headline
                ],
            ),
        ]
    if result.moves:
        parts += [
            "### 变动的主要指标",
            _table(
                ("月份", "范围", "指标", "数值", "目标", "完成率%", "原因"),
                [
                    (
                        month_words(one.report_month) + ("（以前月份）" if one.is_earlier else ""),
                        one.department,
                        one.indicator_name,
                        _step(one.old_value, one.new_value),
                        _step(one.old_target, one.new_target),
                        _step(one.old_pct, one.new_pct),
                        "、".join(dict.fromkeys(_CAUSES[step.cause] for step in one.causes)),
                    )
                    for one in result.moves
                ],
            ),
        ]
    if result.doubts:
        parts += [
            "### 待定的版本",
            _table(
                ("报送", "月份", "单位", "文件", "原因"),
                [
                    (
                        one.submission_id,
                        month_words(one.report_month),
                        one.department,
                        one.file,
                        one.message,
                    )
                    for one in result.doubts
                ],
            ),
        ]
    if result.notes:
        parts += ["### 注意", "\n".join(f"- {note.chinese}" for note in result.notes)]
    return "\n\n".join(parts) + "\n"


def _status_words(one: StatusCount) -> str:
    """A status, and how much of the warnings behind it is to be explained."""
    if one.status == "ignored":
        return "不是报送文件，没有读取"
    asked = "、".join(asked_words(one.asked))
    words = status_words(one.status, is_explained=one.is_explained, is_replaced=one.is_replaced)
    return words + (f"（{asked}）" if asked else "")


def _step(old: Decimal | None, new: Decimal | None) -> str:
    """A number as it was and is; what stayed stands once."""
    return exact(old) if old == new else f"{exact(old)} → {exact(new)}"


def _number(value: Any) -> str:
    """As it is published, without zeros that say nothing."""
    return exact(value) if value is None or isinstance(value, Decimal) else str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table of Markdown; words instead of one without rows."""
    body = [_line([str(value) for value in row]) for row in rows]
    if not body:
        return "无。"
    return "\n".join([_line(head), _line(["---"] * len(head)), *body])


def _line(values: Sequence[str]) -> str:
    return "| " + " | ".join(one.replace("|", "\\|") for one in values) + " |"
