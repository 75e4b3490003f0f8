"""The command `guoban`: its commands, and what an error becomes for the operator."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from flows.ground.collector import no_collections
from flows.ground.errors import GuobanError, SettingsError, is_stop
from guoban import early
from guoban.output import console
from guoban.words import say

# Each command: the module of `guoban.commands` that has it, and its line of help.
COMMANDS = {
    "refresh": ("refresh", "Read everything new below the drop folder and publish the figures."),
    "serve": ("serve", "Refresh by itself: on schedule and when files arrive, until stopped."),
    "check": ("check", "Say what a refresh would find in the files, and load nothing."),
    "template": ("template", "Write a blank workbook of a return for a department and month."),
    "headline": ("report", "Print the five headline lines of a month."),
    "explain": (
        "explain",
        "List the rows that make up a figure, and why rows near by were left out.",
    ),
    "status": ("report", "Show who has filed what for a month: department by return."),
    "board": (
        "board",
        "Show how the zone and its departments stand: ranking, rates, what is missing and behind.",
    ),
    "findings": ("findings", "List a month's findings, those first that matter most."),
    "todo": (
        "todo",
        "Say what each department has to do for a month, as text to paste into a chat.",
    ),
    "changes": (
        "report",
        "Show every change to a month's published figures, and what caused it.",
    ),
    "export": ("export", "Write a month's figures as a workbook, for screen and paper."),
    "workbook": (
        "export",
        "Write a month's rows and its figures as live formulas over them.",
    ),
    "page": ("page", "Say where the month's page lies, and open it in the browser."),
    "bulletin": (
        "bulletin",
        "Write the month's bulletin, or the week's, as .docx, .xlsx or HTML.",
    ),
    "union": ("export", "Put the releases of several zones into one database."),
    "lock": ("decide", "Close a month: its figures stay, later files for it are turned back."),
    "unlock": ("decide", "Open a locked month again."),
    "withdraw": ("decide", "Take a submission out of the figures."),
    "restore": ("decide", "Make a withdrawn or replaced version, or one in doubt, count again."),
    "decide": ("decide", "Record the decision on a pair of suspected duplicates."),
    "rules": ("rules", "List every rule: its id, level, severity and wording."),
    "verify": ("verify", "Rebuild from archive and journal, and compare every published table."),
    "doctor": (
        "doctor",
        "Say what is wrong with this installation and what to do; change nothing.",
    ),
    "init": ("init", "Make what a new zone begins with: zone.toml, folders, schedule."),
}


class _Later(TyperCommand):
    """A command known by name and help: what it is made of is imported when it is called.

    None then pays for what the others use.
    """

    def make_context(self, *given: Any, **more: Any) -> Any:
        module, words = COMMANDS[str(self.name)]
        made = typer.Typer(add_completion=False, rich_markup_mode=None)
        with no_collections():
            function = getattr(import_module(f"guoban.commands.{module}"), str(self.name))
        made.command(self.name, help=words)(function)
        return typer.main.get_command(made).make_context(*given, **more)


def _say_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version  # noqa: PLC0415 - other commands do without

        console().print(f"guoban {version('guoban')}")
        raise typer.Exit


def _of_guoban(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_say_version,
            is_eager=True,
            help="Say which version of guoban this is.",
        ),
    ] = False,
) -> None:
    """What `guoban` takes itself; its options are taken from here."""


def _own_options() -> list[Any]:
    made = typer.Typer(add_completion=False, rich_markup_mode=None)
    made.callback()(_of_guoban)
    made.command("any")(_of_guoban)
    return list(typer.main.get_command(made).params)


app = TyperGroup(
    name="guoban",
    params=_own_options(),
    commands=[_Later(name, help=words) for name, (_, words) in COMMANDS.items()],
    no_args_is_help=True,
    rich_markup_mode=None,
    help="From the departments' monthly workbooks to the five figures a zone is judged by.",
)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line. 0 done, 1 failed, 2 wrong usage; no traceback for what is foreseen."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by whoever called; what is printed goes nowhere.
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115, PTH123
        # A terminal of another encoding shows a question mark rather than ending the command.
        getattr(sys, name).reconfigure(errors="replace")
    words = sys.argv[1:] if arguments is None else arguments
    # Before what the command is made of is imported.
    early.begin(words)
    _leave(run_command(words))


def run_command(arguments: list[str] | None) -> int:
    """Runs one command and returns its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if any("\ud800" <= letter <= "\udfff" for word in words for letter in word):
        # Bytes that are no text; they could be neither printed nor put into the journal.
        print(
            say("guoban: an argument is no UTF-8 text", "guoban：参数不是UTF-8文字"),
            file=sys.stderr,
        )
        return 2
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
        if is_stop(error):
            return 130
        console(to_stderr=True).print(f"guoban: {error_words(error)}")
        return 2 if isinstance(error, SettingsError) else 1
    return 0


def error_words(error: Exception) -> str:
    """The error in a line for the operator; what nobody foresaw is named by its kind."""
    if isinstance(error, GuobanError):
        return say(str(error), error.chinese)
    if isinstance(error, OSError):
        return f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")
    kind = type(error).__name__
    # Known by its name: commands that ask no database don't import it.
    if kind == "OutOfMemoryException":
        return say(
            "the database needs more memory than it may take: set GUOBAN_MEMORY_MIB higher "
            f"(guoban doctor says what is there): {str(error).splitlines()[0]}",
            "数据库需要的内存超过允许的数量：请调高GUOBAN_MEMORY_MIB（guoban doctor可查看现有内存）："
            f"{str(error).splitlines()[0]}",
        )
    return say(
        f"unexpected error ({kind}): {error}; GUOBAN_DEBUG=1 shows where",
        f"意外错误（{kind}）：{error}；设置GUOBAN_DEBUG=1可查看出处",
    )


def _leave(status: int) -> NoReturn:
    """Ends the process.

    Everything is sent, flushed and closed by then, so the interpreter's last clean-up is left out: it
    looks through all that was imported, a tenth of a second. Prefect's threads would keep objects of
    DuckDB alive to the very end, which DuckDB's binding reports on stderr as leaks, and for minutes
    ask a server that has gone.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # whoever reads has gone, or the disk is full
            status = status or 1
    os._exit(status)
