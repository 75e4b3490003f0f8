"""What a new zone is asked: on a terminal, or in a file (TOML) under the same names."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from flows.ground.errors import SettingsError
from flows.ground.returns import nearest_return, return_called
from flows.ground.zone import Month, Zone, parsed

# It becomes part of a pattern, and of numbers that people type.
_PREFIX = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]+(?:[-_][0-9A-Za-z\u4e00-\u9fff]+)*")


def plain(text: str) -> str:
    """A name without blanks around it. Raises ValueError where it is none, or has unseen characters."""
    text = text.strip()
    if not text or not text.isprintable():
        raise ValueError("a name is wanted, in characters that can be seen")
    return text


def line(text: str) -> str:
    """The same, or nothing."""
    return plain(text) if text.strip() else ""


def _slug(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("the name of a return is wanted")
    if found := return_called(value):
        return found.form().slug
    near = nearest_return(value)
    hint = f"; did you mean {near.form().slug} ({near.form().title})?" if near else ""
    raise ValueError(f"there is no return {value!r}{hint}")


def prefix(text: str) -> str:
    """What project numbers begin with. Raises ValueError where it is none."""
    if not _PREFIX.fullmatch(text):
        raise ValueError("letters, digits or Chinese characters are wanted, such as GCKF")
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
        said = [_said(source, one["loc"], str(one["msg"])) for one in errors.errors()]
        raise SettingsError("\n".join(said)) from None


def _said(source: str, place: tuple[str | int, ...], message: str) -> str:
    # People count from one.
    name = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)
    return f"{source}: {name}: {message.removeprefix('Value error, ')}"


def read_answers(path: Path) -> Answers:
    """The answers in a file. Raises SettingsError where it can't be read or one of them is wrong."""
    try:
        return answers_of(parsed(path.read_text("utf-8-sig")), str(path))
    except OSError as error:
        raise SettingsError(
            f"{path}: can't be read: {error.strerror}", f"{path}无法读取：{error.strerror}"
        ) from error
    except ValueError as error:
        raise SettingsError(
            f"{path}: is no TOML text: {error}", f"{path}不是TOML文本：{error}"
        ) from error


def zone_of(text: str) -> Zone:
    """The zone that a text for `zone.toml` makes. Raises SettingsError where it makes none."""
    try:
        return Zone.model_validate(parsed(text))
    except ValidationError as errors:
        said = [_said("zone.toml", one["loc"], str(one["msg"])) for one in errors.errors()]
        raise SettingsError("\n".join(said)) from None
