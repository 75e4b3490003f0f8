"""`zone.toml` for a new zone: the repository's own, line by line, with what was answered put in.

So every setting is there with its explanation, and none is explained twice.
"""

from __future__ import annotations

import json
import re

from flows.begin.answers import Answers, Reporter
from flows.ground.zone import line_of

_DEPARTMENTS = "[[departments]]"


def zone_text(answers: Answers, template: str) -> str:
    """The text of the new `zone.toml`; `template` is that of the repository's."""
    head = template[: template.index(f"\n{_DEPARTMENTS}") + 1]
    pattern = f"{re.escape(answers.number_prefix)}-(?P<year>[0-9]{{4}})-[0-9]{{4}}"
    for place, value in (
        (("zone", "name"), _quoted(answers.name)),
        (("zone", "former_names"), "[]"),
        (("zone", "contact"), _quoted(answers.contact)),
        (("projects", "number_pattern"), f"'{pattern}'"),
        (("projects", "number_example"), _quoted(f"{answers.number_prefix}-2021-0001")),
        (("projects", "secretary_project"), '""'),
        (("filing", "due_day"), str(answers.due_day)),
    ):
        head = _with(head, place, value)
    return _without_campaign(head) + "\n\n".join(map(_department, answers.departments)) + "\n"


def _with(text: str, place: tuple[str, str], value: str) -> str:
    """The text in which the key at that place has that value."""
    number = line_of(text, place)
    if number is None:
        raise LookupError(f"the template has no {'.'.join(place)}")
    lines = text.splitlines(keepends=True)
    lines[number - 1] = f"{place[1]} = {value}\n"
    return "".join(lines)


def _without_campaign(text: str) -> str:
    """The text with the campaign as an example: another zone has its own, or none."""
    return re.sub(
        r"^\[campaign\]\n(?:[^#\n].*\n)+",
        lambda part: re.sub(r"^", "# ", part[0].rstrip("\n"), flags=re.MULTILINE) + "\n",
        text,
        flags=re.MULTILINE,
    )


def _department(one: Reporter) -> str:
    lines = [_DEPARTMENTS, f"name = {_quoted(one.name)}", f"aliases = {_quoted(one.aliases)}"]
    if one.returns:
        lines.append(f'owes."{one.since:%Y-%m}" = {_quoted(one.returns)}')
    return "\n".join(lines)


def _quoted(value: str | tuple[str, ...]) -> str:
    # JSON's texts and lists are TOML's, but for one character, which can't be seen.
    return json.dumps(value, ensure_ascii=False)
