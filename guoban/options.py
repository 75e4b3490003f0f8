"""The options that every command takes, and what they come to: settings, zone, output.

A command is a function whose first parameter is the `Call`; `takes_settings` gives it the shared
options, so that none repeats them.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from flows.ground.durable import write_at_once
from flows.ground.settings import Settings, settings_of
from flows.ground.zone import Zone, load_zone
from flows.store.warehouse import Warehouse
from guoban.words import say

# Of commands that write a workbook: where, and whether one that is there may go.
Output = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE.xlsx", help="Where it is written.")
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
SHARED: dict[str, Any] = {
    "raw": Annotated[Path | None, typer.Option(help="Drop folder [GUOBAN_RAW].", metavar="DIR")],
    "warehouse": Annotated[
        Path | None, typer.Option(help="Warehouse folder [GUOBAN_WAREHOUSE].", metavar="DIR")
    ],
    "zone": Annotated[
        Path | None, typer.Option(help="The zone's own file [GUOBAN_ZONE].", metavar="FILE")
    ],
    "orchestrator": Annotated[
        str | None,
        typer.Option(
            help="Who runs the stages: prefect or none [GUOBAN_ORCHESTRATOR].", metavar="WHO"
        ),
    ],
    "json": Annotated[bool, typer.Option("--json", help="Print JSON for machines.")],
}


@dataclass(frozen=True)
class Call:
    """One call of a command: its settings, and whether it prints for machines."""

    settings: Settings
    is_json: bool

    @functools.cached_property
    def zone(self) -> Zone:
        """The zone's file, read when first needed. Raises SettingsError."""
        return load_zone(self.settings.zone)

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(self.settings.warehouse, self.settings.database_memory_mib)


def takes_settings(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the shared options added; they reach it as its first argument."""
    hints = get_type_hints(command, include_extras=True)
    own = [
        parameter.replace(annotation=hints[name])
        for name, parameter in list(inspect.signature(command).parameters.items())[1:]
    ]
    shared = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False if name == "json" else None,
            annotation=annotation,
        )
        for name, annotation in SHARED.items()
    ]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        chosen = {name: given.pop(name) for name in SHARED}
        is_json = bool(chosen.pop("json"))
        command(
            Call(
                settings_of({name: value for name, value in chosen.items() if value is not None}),
                is_json,
            ),
            **given,
        )

    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [*(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *shared]
    )
    # Typer reads annotations again, in the wrapper's module, where the names are unknown.
    run.__annotations__ = {one.name: one.annotation for one in [*own, *shared]}
    del run.__wrapped__
    return run


def refuse_unfit(output: Path, force: bool) -> None:
    """Raises typer.BadParameter where a workbook can't be written: under that name, or over what is there."""
    if output.suffix.lower() != ".xlsx":
        raise typer.BadParameter(
            say(
                f"{output} is no name of a workbook; call it ….xlsx", f"{output}不是.xlsx文件的名称"
            )
        )
    refuse_existing(output, force)


def refuse_existing(output: Path, force: bool) -> None:
    """Raises typer.BadParameter where a file can't be written over what is there.

    A file is replaced where that is allowed; a folder can't be, and a device must not.
    """
    if output.exists() and not output.is_file():
        raise typer.BadParameter(say(f"{output} is no file", f"{output}不是文件"))
    if output.exists() and not force:
        raise typer.BadParameter(
            say(f"{output} is there; --force writes over it", f"{output}已存在，--force可覆盖")
        )


def write_output(output: Path, data: bytes) -> None:
    """Writes the file that a command was asked for. Raises typer.BadParameter where it can't be."""
    try:
        write_at_once(output, data)
    except OSError as error:
        raise typer.BadParameter(
            say(
                f"{output} can't be written: {error.strerror}",
                f"无法写入{output}：{error.strerror}",
            )
        ) from error
