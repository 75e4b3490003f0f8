"""`check`: what a refresh would say of a file, before it is filed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.check import checked
from guoban.options import Call, takes_settings
from guoban.output import (
    console,
    file_json,
    moves_json,
    print_file,
    print_json,
    print_moves,
)
from guoban.words import say


@takes_settings
def check(
    call: Call, files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=False)]
) -> None:
    missing = [path for path in files if not path.is_file()]
    if missing:
        names = ", ".join(str(path) for path in missing)
        console(to_stderr=True).print(say(f"no such file: {names}", f"没有这个文件：{names}"))
        raise typer.Exit(2)
    found = checked(call.settings, call.zone, files)
    told = found.files
    if call.is_json:
        print_json({"files": [file_json(one) for one in told], "changes": moves_json(found.moves)})
    else:
        for one in told:
            print_file(one)
        print_moves(found.moves, ("No headline figure would move.", "主要指标不会变动。"))
    if any(one.has_error for one in told):
        raise typer.Exit(1)
