"""`verify`: whether what is published is what archive and journal come to."""

from __future__ import annotations

import typer

from flows.ask.verify import verify as verify_published
from guoban.options import Call, takes_settings
from guoban.output import console, print_json
from guoban.words import say


@takes_settings
def verify(call: Call) -> None:
    verdict = verify_published(call.settings, call.zone)
    if call.is_json:
        print_json(
            {
                "same": not verdict.differences,
                "relations": verdict.relations,
                "has_new_rules": verdict.has_new_judge,
                "differences": [vars(one) for one in verdict.differences],
            }
        )
    else:
        out = console()
        for one in verdict.differences:
            if one.only_published is None:
                out.print(
                    say(
                        f"{one.relation}: only one of the two has it, or with other columns",
                        f"{one.relation}：只有一方有，或栏目不同",
                    )
                )
                continue
            out.print(
                say(
                    f"{one.relation}: {one.only_published} rows only published, "
                    f"{one.only_rebuilt} only rebuilt",
                    f"{one.relation}：只在已发布中的{one.only_published}行，"
                    f"只在重建中的{one.only_rebuilt}行",
                )
            )
        if verdict.has_new_judge:
            out.print(
                say(
                    "Rules or settings have changed since the publication; refresh first.",
                    "发布以后规则或设置有变化，请先刷新。",
                )
            )
        if not verdict.differences:
            n = verdict.relations
            out.print(say(f"Same: {n} tables.", f"一致：{n}张表。"))
    if verdict.differences:
        raise typer.Exit(1)
