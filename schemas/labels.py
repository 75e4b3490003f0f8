"""What the slugs in the published database are called: by column, each slug with its words.

One list for whoever shows them: replies and receipts, the commands, `mart.dim_label`, the Chinese
views. Slugs of returns and codes of indicators have their words where they are declared.
"""

from __future__ import annotations

from collections.abc import Mapping

# By column: each slug, in the order in which people list them, with its English and Chinese words.
LABELS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "scope": {
        "zone": ("the whole zone", "全区"),
        "department": ("a department", "单位"),
    },
    "state": {
        "on_time": ("on time", "按时"),
        "late": ("late", "迟报"),
        "nil": ("nil", "零报告"),
        "missing": ("MISSING", "未报"),
        "rejected": ("REJECTED", "退回"),
    },
    "status": {
        "accepted": ("accepted", "已接收"),
        "accepted_with_warnings": ("accepted with warnings", "已接收，有待说明"),
        "partly_accepted": ("partly accepted", "部分接收"),
        "rejected": ("rejected", "退回"),
        "withdrawn": ("withdrawn", "已撤回"),
        "unchanged": ("unchanged", "内容未变，不再计入"),
    },
    "severity": {
        "error": ("error", "错误"),
        "warning": ("warning", "警告"),
        "info": ("note", "提示"),
    },
    "asks": {
        "correct": ("to correct", "待改正"),
        "explain": ("to explain", "待说明"),
        "decide": ("to decide", "待认定"),
        "file": ("to file", "待报送"),
    },
    "figure": {
        "value": ("value", "数值"),
        "target_value": ("target", "目标"),
    },
    "cause": {
        "new_file": ("new file", "新报"),
        "resubmission": ("resubmission", "重报"),
        "correction": ("correction", "更正"),
        "withdrawal": ("withdrawal", "撤回"),
        "restoration": ("restoration", "恢复"),
        "target": ("target", "目标调整"),
        "definition": ("rules or definitions", "口径或规则变化"),
        "decision": ("decision on duplicates", "重复项目的认定"),
    },
    "act": {
        "lock": ("lock", "锁定月份"),
        "unlock": ("unlock", "解锁月份"),
        "withdrawal": ("withdrawal", "撤回报送"),
        "restoration": ("restoration", "恢复报送"),
        "decision": ("decision on duplicates", "认定是否为同一项目"),
    },
    "family": {
        "headline": ("headline indicator", "主要指标"),
        "secondary": ("secondary figure", "次要指标"),
    },
}

# What a submission is called that was accepted with warnings, once all of them are explained.
EXPLAINED = ("accepted with warnings (all explained)", "已接收，警告均已说明")
# What one is called that something else counts in the place of.
REPLACED = ("replaced", "已被替代")

# What settings of zone.toml are called in sentences, by their part and their own name; what stands
# between the two (a year, a department, a number) is told beside it.
SETTINGS: Mapping[str, str] = {
    "thresholds.large_project": "新引进项目的起算额",
    "thresholds.talk_project": "在谈项目的起算额",
    "thresholds.major_project": "重大工业项目的起算额",
    "thresholds.implausible_below": "金额过小的界限",
    "thresholds.implausible_from": "金额过大的界限",
    "readings.talk_rate_by": "在谈项目完成率的算法",
    "readings.major_counts": "重大工业项目的计入时点",
    "readings.time_basis": "序时进度的算法",
    "rates.usd_cny": "美元汇率",
    "projects.number_pattern": "项目编号的格式",
    "filing.may_correct": "可代为更正的单位",
    "rules.rule": "规则",
    "rules.severity": "规则的程度",
    "rules.year": "规则程度适用的年份",
    "rules.since": "规则程度的起始月份",
    "departments.name": "单位",
    "departments.aliases": "单位的别名",
    "departments.owes": "单位应报的报表",
    "departments.until": "单位的截止月份",
}


def setting_words(name: str) -> str:
    """A setting as sentences name it: in words where there are any, then as zone.toml has it."""
    part, _, rest = name.partition(".")
    words = SETTINGS.get(f"{part}.{rest.rpartition('.')[2]}")
    return f"{words}（{name}）" if words else name


def chinese(column: str) -> dict[str, str]:
    """The Chinese words of a column's slugs, in their order."""
    return {slug: words for slug, (_, words) in LABELS[column].items()}
