"""What is wrong with a setting, in both languages: our own words for whatever a model finds.

pydantic tells of its findings in English, for programmers; whoever mends `zone.toml` is neither asked to
read them nor shown them. Where they stand in the file is told by whoever has the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from rapidfuzz import fuzz, process

from flows.ground.notes import Note

_NEAR_SCORE = 50
# What may hold a password is never shown.
_SECRET = frozenset({"send_to", "notify"})
_LONGEST = 60
_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


class WrongError(ValueError):
    """A value that can't be used; its text is English, `chinese` says the same."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.chinese = chinese


def nearest(text: str, known: Iterable[str]) -> str | None:
    """What the text may have meant, for a suggestion."""
    near = process.extractOne(text, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR_SCORE)
    return near[0] if near else None


def words_of(error: Mapping[str, Any], model: type[BaseModel]) -> Note:
    """One of pydantic's findings about a value for the model, in our words."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    wrong = context.get("error")
    if isinstance(wrong, WrongError):
        return Note(str(wrong), wrong.chinese)
    place: Sequence[str | int] = error["loc"]
    if kind == "extra_forbidden":
        return _unknown(str(place[-1]), _settings_at(model, place[:-1]))
    if kind in {"literal_error", "enum"}:
        return _of_these(re.findall(r"'([^']*)'", str(context["expected"])), error["input"])
    if found := _LIMITS.get(kind):
        name, english, chinese = found
        return Note(f"{english} {context[name]} is wanted", f"应{chinese}{context[name]}")
    said = _WANTED.get(_FAMILIES.get(kind, kind))
    if said is None:
        said = Note("this can't be used here", "这里不能这样填")
    return _with_input(said, error)


def _unknown(key: str, known: Sequence[str]) -> Note:
    near = nearest(key, known)
    listed = "、".join(known)
    if near:
        return Note(
            f"there is no such setting; did you mean {near!r}?", f"没有这一项设置；是否为{near}？"
        )
    return Note(
        f"there is no such setting; known here: {listed.replace('、', ', ')}",
        f"没有这一项设置；这里可以填：{listed}",
    )


def _of_these(known: Sequence[str], given: object) -> Note:
    english = " or ".join(filter(None, [", ".join(map(repr, known[:-1])), repr(known[-1])]))
    chinese = "、".join(known)
    near = nearest(given, known) if isinstance(given, str) else None
    if near:
        return Note(
            f"{english} is wanted; did you mean {near!r}?", f"只能填{chinese}；是否为{near}？"
        )
    return Note(f"{english} is wanted", f"只能填{chinese}")


def _with_input(said: Note, error: Mapping[str, Any]) -> Note:
    """What was wanted, beside what stands there instead, where that is one value and no secret."""
    given = error.get("input")
    is_plain = isinstance(given, str | int | float) and error["type"] != "missing"
    if not is_plain or _SECRET & {*error["loc"]}:
        return said
    shown = str(given).lower() if isinstance(given, bool) else str(given)
    if len(shown) > _LONGEST:
        shown = f"{shown[:_LONGEST]}…"
    if not shown:
        return said
    return Note(f"{said.english}, not {shown!r}", f"{said.chinese}，不能填“{shown}”")


_LIMITS = {
    "greater_than_equal": ("ge", "a number of at least", "不小于"),
    "greater_than": ("gt", "a number greater than", "大于"),
    "less_than_equal": ("le", "a number of at most", "不大于"),
    "less_than": ("lt", "a number less than", "小于"),
}
_WANTED = {
    "missing": Note("this is missing", "缺少这一项"),
    "empty": Note("this must not be empty", "不能为空"),
    "int": Note("a whole number is wanted", "应填整数"),
    "decimal": Note("a number is wanted", "应填数字"),
    "places": Note("a number with fewer digits is wanted", "数字的位数过多"),
    "bool": Note("true or false is wanted", "应填true或false"),
    "string": Note('a text in quotes is wanted, as "…"', "应填引号中的文字，如\"…\""),
    "list": Note("a list is wanted, as [...]", "应填列表，如[…]"),
    "part": Note("settings of its own are wanted here, as name = value", "这里应是一组设置，如 名称 = 值"),
    "date": Note("a date is wanted, as 2021-04-21", "应填日期，如2021-04-21"),
    "time": Note('a time of the day is wanted, as "18:00"', "应填时刻，如\"18:00\""),
}  # fmt: skip
_FAMILIES = {
    **dict.fromkeys(("string_too_short", "too_short"), "empty"),
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_from_float", "int_parsing_size", "finite_number"), "int"
    ),
    **dict.fromkeys(("decimal_type", "decimal_parsing"), "decimal"),
    **dict.fromkeys(("decimal_max_digits", "decimal_max_places", "decimal_whole_digits"), "places"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "bool"),
    **dict.fromkeys(("string_type", "string_unicode"), "string"),
    **dict.fromkeys(("tuple_type", "list_type", "frozen_set_type", "set_type"), "list"),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type", "mapping_type"), "part"),
    **dict.fromkeys(
        (
            "date_type",
            "date_parsing",
            "date_from_datetime_parsing",
            "date_from_datetime_inexact",
        ),
        "date",
    ),
    **dict.fromkeys(("time_type", "time_parsing"), "time"),
}


def _settings_at(model: type[BaseModel], place: Sequence[str | int]) -> list[str]:
    """The settings that there are at a place of the model."""
    for part in place:
        if isinstance(part, str) and (inner := _by_name(model).get(part)):
            model = inner
    return [field.alias or name for name, field in model.model_fields.items() if name != YEARS]


# The field of a part that has its values for single years.
YEARS = "years"


def _by_name(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The models that the settings of a model are made of, by the settings' names."""
    found = {}
    for name, field in model.model_fields.items():
        todo: list[Any] = [field.annotation]
        while todo:
            one = todo.pop()
            if isinstance(one, type) and issubclass(one, BaseModel):
                found[field.alias or name] = one
            todo += get_args(one)
    return found


def words_of_syntax(error: ValueError, text: str) -> Note:
    """Why a text is no TOML: the parser's words in English, the place and the usual slip in Chinese."""
    last = len(text.splitlines())
    english = str(error).replace("at end of document", f"at line {last}, the end of the document")
    place = _AT_LINE.search(english)
    where = f"第{place[1]}行第{place[2]}列附近" if place else f"第{last}行（文件末尾）"
    for word, chinese in _SYNTAX.items():
        if word in english:
            return Note(english, f"{where}{chinese}")
    return Note(english, f"{where}不合TOML的写法，多半是少了引号、等号或括号")


_SYNTAX: Mapping[str, str] = {
    "Cannot overwrite": "有一项写了两次",
    "twice": "有一部分写了两次，请合并",
    "Expected '='": "缺少等号；名称中有汉字或空格的，请加引号",
    "Expected ']'": "缺少右方括号",
    "Illegal character": "引号没有成对",
    "Unclosed": "括号没有成对",
    "Invalid date": "日期不存在",
    "too many brackets": "括号嵌套过多",
}
