"""`rules`: every rule that a file is judged by."""

from __future__ import annotations

from flows.validate.across import catalogue
from guoban.options import Call, takes_settings
from guoban.output import print_json, print_table
from guoban.words import say


@takes_settings
def rules(call: Call) -> None:
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
        [(rule.id, rule.level, str(rule.severity), say(rule.en, rule.zh)) for rule in listed],
        wraps=[3],
    )
