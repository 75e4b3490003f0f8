"""`bulletin`: the month's bulletin (月通报) and the week's (周调度), as .docx, .xlsx or HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.bulletin.kinds import Format, Kind
from guoban.asked import Month, nothing
from guoban.options import Call, Force, refuse_existing, takes_settings, write_output
from guoban.output import console, print_json
from guoban.published import open_published
from guoban.words import say

Output = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="Where it is written.")
]
Weekly = Annotated[bool, typer.Option("--weekly", help="The week's, on one page (周调度).")]
Chosen = Annotated[
    Format | None, typer.Option("--format", help="What it is written as; by the file's ending.")
]


@takes_settings
def bulletin(
    call: Call,
    month: Month,
    output: Output,
    weekly: Weekly = False,
    chosen: Chosen = None,
    force: Force = False,
) -> None:
    # What writes it is imported by who needs it.
    from flows.bulletin.making import document_of, files_of  # noqa: PLC0415

    form = chosen or _by_ending(output)
    refuse_existing(output, force)
    kind = Kind.WEEKLY if weekly else Kind.MONTHLY
    with open_published(call.warehouse.folder) as published:
        document = document_of(published.con, call.zone, month, kind)
    if document is None:
        nothing(f"no figures for {month:%Y-%m}", f"没有{month:%Y-%m}的数字")
    files = files_of(document, kind, [form], call.zone, call.settings.zone)
    write_output(output, files[form])
    fields = document.fields
    if call.is_json:
        print_json(
            {
                "file": str(output),
                "month": f"{month:%Y-%m}",
                "kind": "weekly" if weekly else "monthly",
                "format": form,
                "title": document.title,
                "release": fields["发布编号"],
                "fingerprint": fields["数据指纹"],
            }
        )
        return
    release = fields["发布编号"]
    console().print(
        say(
            f"{output}: {document.title}{document.subtitle}; release {release}",
            f"{output}：{document.title}{document.subtitle}；发布{release}",
        )
    )


def _by_ending(output: Path) -> Format:
    """The format that a file's name tells. Raises typer.BadParameter."""
    try:
        return Format(output.suffix.lower().lstrip("."))
    except ValueError:
        raise typer.BadParameter(
            say(
                f"{output} tells no format; call it ….docx, ….xlsx or ….html, or give --format",
                f"从{output}看不出格式；请以.docx、.xlsx或.html结尾，或用--format指定",
            )
        ) from None
