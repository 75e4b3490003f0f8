"""`export`, `workbook` and `union`: what is published, for spreadsheet programs, and of several zones in
one file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.answer.wording import standing_words
from flows.ground.settings import BEIJING
from guoban.asked import Month, nothing
from guoban.options import Call, Force, Output, refuse_unfit, takes_settings, write_output
from guoban.output import console, one_line, print_json
from guoban.published import open_published
from guoban.words import say

if TYPE_CHECKING:
    from flows.export.union import Difference

Folders = Annotated[
    list[Path], typer.Argument(metavar="DIR...", help="The zones' warehouses, or release folders.")
]
Database = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE.duckdb", help="Where it is written.")
]


@takes_settings
def export(call: Call, month: Month, output: Output, force: Force = False) -> None:
    # What writes it is imported by who needs it.
    from flows.export.workbook import made  # noqa: PLC0415

    refuse_unfit(output, force)
    with open_published(call.warehouse.folder) as published:
        read = published.contents(month)
    if read is None:
        nothing(f"no figures for {month:%Y-%m}", f"没有{month:%Y-%m}的数字")
    said, release = read
    write_output(output, made(said, release))
    if call.is_json:
        print_json(
            {
                "file": str(output),
                "month": f"{month:%Y-%m}",
                "release": release.run_id,
                "is_locked": said.is_locked,
                "departments": len({one["department"] for one in said.departments}),
                "projects": said.project_count,
            }
        )
        return
    state = say("final" if said.is_locked else "preliminary", standing_words(said.is_locked))
    console().print(
        say(
            f"{output}: {month:%Y-%m}, {state}, {said.project_count} projects; "
            f"release {release.run_id}",
            f"{output}：{month:%Y-%m}，{state}，项目{said.project_count}个；发布{release.run_id}",
        )
    )


@takes_settings
def workbook(call: Call, month: Month, output: Output, force: Force = False) -> None:
    from flows.export.calculation import calculation, made  # noqa: PLC0415

    refuse_unfit(output, force)
    with open_published(call.warehouse.folder) as published:
        said = calculation(published.con, month)
    if said is None:
        nothing(f"no figures for {month:%Y-%m}", f"没有{month:%Y-%m}的数字")
    write_output(output, made(said))
    counted = sum(one["is_counted"] for one in said.rows)
    left_out = len(said.rows) - counted
    if call.is_json:
        print_json(
            {
                "file": str(output),
                "month": f"{month:%Y-%m}",
                "release": said.release["run_id"],
                "fingerprint": said.release["fingerprint"],
                "figures": len(said.figures),
                "counted": counted,
                "left_out": left_out,
            }
        )
        return
    console().print(
        say(
            f"{output}: {month:%Y-%m}, {len(said.figures)} figures by formulas over {counted} rows "
            f"({left_out} left out, with the reason); release {said.release['run_id']}",
            f"{output}：{month:%Y-%m}，{len(said.figures)}个数由公式对{counted}行算得"
            f"（另有{left_out}行未计入，写明原因）；发布{said.release['run_id']}",
        )
    )


@takes_settings
def union(call: Call, folders: Folders, output: Database) -> None:
    from flows.export.union import unite  # noqa: PLC0415

    united = unite(folders, output, call.settings.database_memory_mib)
    if call.is_json:
        print_json(
            {
                "file": str(output),
                "zones": [dataclasses.asdict(one) for one in united.members],
                "relations": united.relations,
                "rows": united.rows,
                "differences": [dataclasses.asdict(one) for one in united.differences],
            }
        )
        return
    out = console()
    out.print(
        say(
            f"{output}: {len(united.members)} zones, {united.relations} relations, "
            f"{united.rows:,} rows",
            f"{output}：{len(united.members)}个开发区，{united.relations}个关系，{united.rows:,}行",
        )
    )
    for member in united.members:
        told = f"{member.release}  {member.published_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        out.print(one_line(f"  {member.zone}  {told}"))
    if united.differences:
        _tell_differences(united.differences)


def _tell_differences(differences: Sequence[Difference]) -> None:
    """Definitions and versions one by one; of what only one version's releases have, how much."""
    out = console()
    out.print(say("They differ (mart.differences):", "不同之处（见mart.differences）："))
    for one in differences:
        if one.kind in _PARTS:
            continue
        having: dict[str | None, list[str]] = {}
        for zone, value in one.values.items():
            having.setdefault(value, []).append(zone)
        told = "，".join(f"{value or '—'}（{'、'.join(zones)}）" for value, zones in having.items())
        out.print(one_line(f"  {one.subject}：{told}"))
    for kind, (english, chinese) in _PARTS.items():
        if count := sum(one.kind == kind for one in differences):
            out.print(
                say(
                    f"  {count} {english} that not all have, or have otherwise",
                    f"  {count}个{chinese}不是各区都有，或类型不同",
                )
            )


_PARTS = {"relation": ("relations", "关系"), "column": ("columns", "列")}
