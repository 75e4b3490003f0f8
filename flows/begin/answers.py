"""What a new zone is asked: on a terminal, or in a file (TOML) under the same names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from flows.ground.errors import SettingsError
from flows.ground.notes import Note
from flows.ground.returns import nearest_return, return_called
from flows.ground.wrong import WrongError, words_of, words_of_syntax
from flows.ground.zone import Month, parsed

# It becomes part of a pattern, and of numbers that people type.
_PREFIX = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]+(?:[-_][0-9A-Za-z\u4e00-\u9fff]+)*")


def plain(text: str) -> str:
    """A name without blanks around it. Raises ValueError where it is none, or has unseen characters."""
    text = text.strip()
    if not text or not text.isprintable():
        raise WrongError(
            "a name is wanted, in characters that can be seen", "应填名称，不含看不见的字符"
        )
    return text


def line(text: str) -> str:
    """The same, or nothing."""
    return plain(text) if text.strip() else ""


def _slug(value: object) -> object:
    if not isinstance(value, str):
        raise WrongError("the name of a return is wanted", "应填报表的名称")
    if found := return_called(value):
        return found.form().slug
    near = nearest_return(value)
    hint = f"; did you mean {near.form().slug} ({near.form().title})?" if near else ""
    raise WrongError(
        f"there is no return {value!r}{hint}",
        f"没有报表“{value}”{f'，是否为{near.form().title}？' if near else ''}",
    )


def prefix(text: str) -> str:
    """What project numbers begin with. Raises ValueError where it is none."""
    if not _PREFIX.fullmatch(text):
        raise WrongError(
            "letters, digits or Chinese characters are wanted, such as ABC",
            "应填字母、数字或汉字，如ABC",
        )
    return text


Words = Annotated[str, AfterValidator(plain)]
Slug = Annotated[str, BeforeValidator(_slug)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reporter(_Part):
    """A department: its name, other names, and the returns that it owes from a month on."""

    name: Words
    aliases: tuple[Words, ...] = ()
    returns: tuple[Slug, ...] = ()
    since: Month


class Answers(_Part):
    """All that is asked."""

    name: Words
    contact: Annotated[str, AfterValidator(line)] = ""
    number_prefix: Annotated[str, AfterValidator(prefix)]
    due_day: int = Field(2, ge=1, le=28)
    orchestrator: Literal["prefect", "none"] | None = None
    """None: Prefect where it is installed."""
    departments: tuple[Reporter, ...] = Field(min_length=1)

    def first_month(self) -> dt.date | None:
        """The first month for which anything is expected."""
        return min((one.since for one in self.departments if one.returns), default=None)


def answers_of(plainly: dict[str, Any], source: str) -> Answers:
    """The answers, checked. Raises SettingsError that names each that is wrong."""
    try:
        return Answers.model_validate(plainly)
    except ValidationError as errors:
        notes = [_said(source, one) for one in errors.errors()]
        raise SettingsError(
            "\n".join(one.english for one in notes), "\n".join(one.chinese for one in notes)
        ) from None


def _said(source: str, error: Mapping[str, Any]) -> Note:
    # People count from one.
    name = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"])
    said = words_of(error, Answers)
    return Note(f"{source}: {name}: {said.english}", f"{source}：{name}：{said.chinese}")


def read_answers(path: Path) -> Answers:
    """The answers in a file. Raises SettingsError where it can't be read or one of them is wrong."""
    try:
        return answers_of(_parsed(path.read_text("utf-8-sig"), path), str(path))
    except OSError as error:
        raise SettingsError(
            f"{path}: can't be read: {error.strerror}", f"{path}无法读取：{error.strerror}"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path}: is not UTF-8 text; save it as UTF-8", f"{path}：不是UTF-8文本，请另存为UTF-8"
        ) from error


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return parsed(text)
    except ValueError as error:
        said = words_of_syntax(error, text)
        raise SettingsError(
            f"{path}: is no TOML text: {said.english}", f"{path}不是TOML文本：{said.chinese}"
        ) from error
