"""`init`: what a new zone begins with, from answers on the terminal or in a file."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

import schemas
from flows.begin import Begun, begin
from flows.begin.answers import Answers, Slug, answers_of, line, plain, prefix, read_answers
from flows.ground.errors import SettingsError
from flows.ground.settings import BEIJING
from flows.values.dates import parse_month
from guoban.options import Call, takes_settings
from guoban.output import console, print_json
from guoban.words import say

Place = Annotated[Path, typer.Argument(metavar="DIR", help="The new zone's folder.")]
File = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE.toml", help="The answers, instead of questions."),
]
_LIST = re.compile(r"[,，、;；\s]+")


@takes_settings
def init(call: Call, folder: Place, answers: File = None) -> None:
    today = dt.datetime.now(BEIJING).date()
    given = read_answers(answers) if answers else _asked(call, today)
    begun = begin(folder, given, today)
    if call.is_json:
        print_json(
            {
                "folder": str(begun.folder),
                "zone": begun.zone.zone.name,
                "month": f"{begun.month:%Y-%m}",
                "files": [str(path) for path in begun.files],
            }
        )
    else:
        _tell(begun)


def _tell(begun: Begun) -> None:
    out = console()
    for path in begun.files:
        out.print(str(path))
    folder, month = begun.folder, f"{begun.month:%Y-%m}"
    out.print(
        say(
            f"{begun.zone.zone.name} can begin. Departments file below {folder}/raw/{month}/. "
            f"Next: set -a; . {folder}/guoban.env; set +a; guoban doctor. Paste a schedule from "
            f"{folder}/schedule, read {folder}/说明.md, and look through {folder}/zone.toml.",
            f"“{begun.zone.zone.name}”可以开始了。各单位把表放在{folder}/raw/{month}/下。"
            f"接下来：set -a; . {folder}/guoban.env; set +a; guoban doctor。"
            f"从{folder}/schedule粘贴定时任务，阅读{folder}/说明.md，并核对{folder}/zone.toml。",
        )
    )


def _asked(call: Call, today: dt.date) -> Answers:
    """The answers given on the terminal. Raises SettingsError where there is none."""
    if not sys.stdin.isatty():
        raise SettingsError(
            "there is no terminal to ask on: give --answers FILE.toml (docs/admin.md has an example)",
            "没有可以提问的终端：请用--answers FILE.toml（样例见docs/admin.zh.md）",
        )
    plainly: dict[str, Any] = {
        "name": _ask("The zone's name", "开发区名称", plain),
        "contact": _ask("Whom departments may ask", "联系人（写在审核意见里）", line, ""),
        "number_prefix": _ask(
            "What project numbers begin with (ABC of ABC-2021-0001)",
            "项目编号的前缀（ABC-2021-0001中的ABC）",
            prefix,
        ),
        "due_day": _ask(
            "Day of the next month by which returns are due", "次月几日前报送", _day, "2"
        ),
        "orchestrator": _ask(
            "Who runs the stages: prefect, or none", "由谁运行：prefect或none", _orchestrator,
            call.settings.orchestrator,
        ),
    }  # fmt: skip
    return answers_of(plainly | {"departments": _departments(today)}, "init")


def _departments(today: dt.date) -> list[dict[str, Any]]:
    out = console()
    out.print(say("Returns that a department may owe:", "单位可能应报的报表："))
    for model in schemas.all_returns():
        form = model.form()
        out.print(f"  {form.number} {form.title} ({form.slug})")
    found: list[dict[str, Any]] = []
    since = f"{today:%Y-%m}"
    while True:
        english = "A department's name (nothing: that was the last)"
        # One there has to be.
        name = _ask(english, "单位名称（直接回车：没有了）", *((str, "") if found else (plain,)))
        if not name:
            return found
        aliases = _ask("Its other names, separated by 、", "别名，用“、”隔开", _names, "")
        returns = _ask(
            "Which returns it owes, by number or name", "应报哪些报表（编号或名称）", _returns, ""
        )
        if returns:
            since = _ask("From which month on", "从哪个月起", _month, since)
        found.append({"name": name, "aliases": aliases, "returns": returns, "since": since})


def _ask(english: str, chinese: str, read: Callable[[str], Any], default: str | None = None) -> Any:
    """Asks until the answer can be used."""

    def used(text: str) -> Any:
        try:
            return read(text)
        except ValidationError as errors:
            message = str(errors.errors()[0]["msg"]).removeprefix("Value error, ")
            raise typer.BadParameter(message) from None
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None

    return typer.prompt(
        say(english, chinese), default=default, value_proc=used, show_default=bool(default)
    )


def _day(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 28:
        raise ValueError(say("a day from 1 to 28 is wanted", "请填1到28"))
    return int(text)


def _orchestrator(text: str) -> str:
    if text not in {"prefect", "none"}:
        raise ValueError(say("prefect or none", "请填prefect或none"))
    return text


def _month(text: str) -> str:
    month = parse_month(text)
    if month is None:
        raise ValueError(say("a month is wanted, such as 2026-01", "请填年-月，如2026-01"))
    return f"{month:%Y-%m}"


def _names(text: str) -> list[str]:
    return [one for one in re.split(r"[、,，;；]", text) if one.strip()]


def _returns(text: str) -> list[str]:
    slug: TypeAdapter[str] = TypeAdapter(Slug)
    return [slug.validate_python(one) for one in _LIST.split(text) if one]
