"""`rules`: every rule that a file is judged by, and what a draft of one would have found."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.validate.across import catalogue
from guoban.asked import parse_month
from guoban.options import Call, takes_settings
from guoban.output import (
    console,
    finding_json,
    moves_json,
    one_line,
    print_finding,
    print_json,
    print_moves,
    print_status_changes,
    print_table,
)
from guoban.words import say
from schemas.labels import LABELS
from schemas.rules import LEVELS

# People see so many of a draft's findings; --json has all.
MOST_SHOWN = 20
Try = Annotated[
    Path | None,
    typer.Option(
        "--try",
        metavar="FILE.sql",
        help="Say what a draft rule would find in the warehouse, and move; store nothing.",
    ),
]
From = Annotated[
    dt.date | None,
    typer.Option(
        "--from",
        parser=parse_month,
        metavar="YYYY-MM",
        help="Of a draft: from this month on.",
    ),
]


@takes_settings
def rules(call: Call, draft: Try = None, since: From = None) -> None:
    if draft is not None:
        _try(call, draft, since)
        return
    if since is not None:
        raise typer.BadParameter(
            say("--from goes with --try alone", "--from只能与--try同用"), param_hint="--from"
        )
    listed = catalogue().values()
    if call.is_json:
        print_json(
            [
                {
                    "rule": rule.id,
                    "level": rule.level,
                    "severity": str(rule.severity),
                    "zh": rule.zh,
                    "en": rule.en,
                    "reason": rule.reason,
                    "remedy": rule.remedy,
                }
                for rule in listed
            ]
        )
        return
    print_table(
        [
            say("rule", "编号"),
            say("level", "层次"),
            say("severity", "程度"),
            say("wording", "内容"),
        ],
        [
            (
                rule.id,
                say(rule.level, LEVELS[rule.level]),
                say(*LABELS["severity"][rule.severity]),
                say(rule.en, rule.zh),
            )
            for rule in listed
        ],
        wraps=[3],
    )


def _try(call: Call, draft: Path, since: dt.date | None) -> None:
    # Whoever lists the rules does not pay for what judges.
    from flows.ask.trial import tried  # noqa: PLC0415

    found = tried(call.settings, call.zone, draft, since)
    if call.is_json:
        print_json(
            {
                "rule": found.rule.id,
                "severity": str(found.rule.severity),
                "findings": [
                    {
                        "file": one.file,
                        "submission_id": one.finding.submission,
                        "return": one.finding.return_name,
                        "department": one.finding.department,
                        "month": _month(one.finding.report_month),
                        **finding_json(one.finding),
                    }
                    for one in found.hits
                ],
                "statuses": [vars(one) for one in found.statuses],
                "changes": moves_json(found.moves),
            }
        )
        return
    _print_hits(found)
    print_status_changes(
        found.statuses,
        ("Submissions that would stand otherwise:", "下列报送的状态会变："),
    )
    print_moves(found.moves, ("No headline figure would move.", "主要指标不会变动。"))
    console().print(say("A trial: nothing is stored.", "以上为试运行，没有保存。"))


def _print_hits(found: Any) -> None:
    out = console()
    rule = found.rule
    count = len(found.hits)
    out.print(
        say(
            f"{rule.id} ({LABELS['severity'][rule.severity][0]}) would say {count} things.",
            f"{rule.id}（{LABELS['severity'][rule.severity][1]}）会提出{count}条意见。",
        )
    )
    if not found.hits:
        return
    counted = Counter(
        (_month(one.finding.report_month) or "", one.finding.department or "") for one in found.hits
    )
    print_table(
        [say("month", "月份"), say("department", "单位"), say("findings", "意见")],
        [(month, department, number) for (month, department), number in counted.items()],
        right=[2],
    )
    for one in found.hits[:MOST_SHOWN]:
        out.print(one_line(one.file or _month(one.finding.report_month) or ""))
        print_finding(one.finding)
    if count > MOST_SHOWN:
        more = count - MOST_SHOWN
        out.print(say(f"… and {more} more", f"……另有{more}条"))


def _month(month: dt.date | None) -> str | None:
    return f"{month:%Y-%m}" if month else None
