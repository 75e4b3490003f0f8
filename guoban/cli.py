"""The command `guoban`: its commands, and what an error becomes for the operator."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

import typer

from flows.ground.errors import GuobanError, SettingsError
from guoban.commands import decide, explain, report, run, template
from guoban.options import takes_settings
from guoban.output import console
from guoban.words import say

COMMANDS: tuple[Callable[..., None], ...] = (
    run.refresh,
    run.check,
    template.template,
    report.headline,
    explain.explain,
    report.status,
    report.changes,
    decide.lock,
    decide.unlock,
    decide.withdraw,
    decide.decide,
    report.rules,
    decide.verify,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From the departments' monthly workbooks to the five figures a zone is judged by.",
)
for command in COMMANDS:
    app.command()(takes_settings(command))


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line. 0 done, 1 failed, 2 wrong usage; no traceback for what is foreseen."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by whoever called; what is printed goes nowhere.
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115, PTH123
        # A terminal of another encoding shows a question mark rather than ending the command.
        getattr(sys, name).reconfigure(errors="replace")
    _leave(run_command(arguments))


def run_command(arguments: list[str] | None) -> int:
    """Runs one command and returns its exit status."""
    try:
        app(args=arguments, prog_name="guoban")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - the reader has gone
        return 1
    except Exception as error:
        if os.environ.get("GUOBAN_DEBUG"):
            raise
        if str(error) == "Query interrupted":
            # What Ctrl-C becomes where DuckDB is at work.
            return 130
        console(to_stderr=True).print(f"guoban: {_told(error)}")
        return 2 if isinstance(error, SettingsError) else 1
    return 0


def _told(error: Exception) -> str:
    """The error in a line for the operator; what nobody foresaw is named by its kind."""
    if isinstance(error, GuobanError):
        return say(str(error), error.chinese)
    if isinstance(error, OSError):
        return f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")
    kind = type(error).__name__
    return say(
        f"unexpected error ({kind}): {error}; GUOBAN_DEBUG=1 shows where",
        f"意外错误（{kind}）：{error}；设置GUOBAN_DEBUG=1可查看出处",
    )


def _leave(status: int) -> NoReturn:
    """Ends the process.

    Prefect's threads keep objects of DuckDB alive to the very end, which DuckDB's binding reports
    on stderr as leaks. Everything is flushed and closed by then, so the interpreter's last
    clean-up, and that report, are left out.
    """
    if "prefect" not in sys.modules:
        sys.exit(status)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)
