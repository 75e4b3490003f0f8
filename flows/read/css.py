"""What a page's style sheets and style attributes say of how a part of it looks.

Only what changes what a cell says is looked at: struck out, raised, lowered, hidden, a block of its
own, and the number format by which spreadsheet programs show its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from flows.read.xml import whole_characters

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_STRING = r"\"[^\"]*\"|'[^']*'"
# @media and the like (what holds on paper only, or on other pages), or selectors with declarations.
_RULE = re.compile(
    rf"@[\w-]+[^{{}};]*(?:;|\{{(?:[^{{}}]*\{{[^{{}}]*\}})*[^{{}}]*\}})"
    rf"|([^{{}}@]+)\{{((?:{_STRING}|[^{{}}\"'])*)\}}"
)
_DECLARATION = re.compile(rf"([\w.-]+)\s*:\s*((?:{_STRING}|\\.|[^;\"'\\])*)")
_COMPOUND = re.compile(r"([a-z0-9]*|\*)((?:[.#][\w-]+)*)")
_HEX = re.compile(r"\\([0-9a-fA-F]{4})|\\(.)")
_TELLING = frozenset(
    {
        "text-decoration",
        "text-decoration-line",
        "vertical-align",
        "display",
        "visibility",
        "mso-hide",
        "mso-number-format",
        "white-space",
        "mso-style-parent",
        "font-size",
        "opacity",
        "float",
    }
)
# What programs of others write for Excel.
_OTHER_NAMES = {"vnd.ms-excel.numberformat": "mso-number-format"}
_BLOCKS = re.compile(r"block|flex|grid|table|list-item")
_NOTHING = re.compile(r"0(?:\.0+)?(?:px|pt|em|%)?")


class Look(NamedTuple):
    """How an element looks by what is said of itself; `number_format` is None where nothing is."""

    is_struck: bool = False
    is_raised: bool = False
    is_lowered: bool = False
    is_hidden: bool = False
    is_block: bool = False
    keeps_lines: bool = False
    number_format: str | None = None


PLAIN = Look()
_Declarations = Mapping[str, str]


class _Rule(NamedTuple):
    compounds: list[tuple[str, frozenset[str]]]
    weight: tuple[int, int, int]
    declarations: _Declarations


class Styles:
    """The style sheets of a page; `of` asks for an element."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._rules: dict[str, list[_Rule]] = {}
        self._order = 0
        # Whether any rule asks in what an element stands; without, what looked alike looks alike.
        self._asks_around = False
        self._known: dict[tuple[str | None, ...], Look] = {}
        for sheet in sheets:
            self._add(_COMMENT.sub(" ", sheet))

    def _add(self, sheet: str) -> None:
        for selectors, body in _RULE.findall(sheet):
            declarations = _declared(body)
            if not declarations:
                continue
            for selector in selectors.lower().replace(">", " ").split(","):
                self._order += 1
                if rule := _rule(selector.split(), self._order, declarations):
                    self._asks_around |= len(rule.compounds) > 1
                    tag, marks = rule.compounds[-1]
                    self._rules.setdefault(min(marks, default=tag), []).append(rule)

    def of(self, element: Any) -> Look:
        """How the element looks, its surroundings apart."""
        own = element.attrib
        if not self._rules and "style" not in own and "hidden" not in own:
            return PLAIN
        if self._asks_around:
            return self._look(element)
        names = (own.get("class"), own.get("id"), own.get("style"), own.get("hidden"))
        known = (element.tag, *names)
        if known not in self._known:
            self._known[known] = self._look(element)
        return self._known[known]

    def _look(self, element: Any) -> Look:
        said = self._said(element) if self._rules else {}
        if style := element.get("style"):
            said = {**said, **_declared(style)}
        look = _look(tuple(said.items())) if said else PLAIN
        return look if element.get("hidden") is None else look._replace(is_hidden=True)

    def _said(self, element: Any) -> dict[str, str]:
        marks = _marks(element)
        found = [
            rule
            for name in ("*", element.tag, *sorted(marks))
            for rule in self._rules.get(name, ())
            if _is_meant(rule.compounds, element, marks)
        ]
        said: dict[str, str] = {}
        for rule in sorted(found, key=lambda one: one.weight):
            said |= self._with_parents(rule.declarations)
        return said

    def _with_parents(self, declarations: _Declarations, depth: int = 5) -> dict[str, str]:
        """The declarations, and beneath them those of the cell style that they start from."""
        parent = declarations.get("mso-style-parent")
        said: dict[str, str] = {}
        if parent and depth:
            for rule in self._rules.get(f".{parent.strip().lower()}", ()):
                said |= self._with_parents(rule.declarations, depth - 1)
        return {**said, **declarations}


def _rule(parts: list[str], order: int, declarations: _Declarations) -> _Rule | None:
    """A rule; None where its selector is of a kind that no cell is looked up by."""
    found = [_COMPOUND.fullmatch(part) for part in parts]
    compounds = [
        (one[1] or "*", frozenset(re.findall(r"[.#][\w-]+", one[2]))) for one in found if one
    ]
    if not parts or len(compounds) < len(parts):
        return None
    marks = [mark for _, some in compounds for mark in some]
    ids = sum(mark[0] == "#" for mark in marks)
    return _Rule(compounds, (ids, len(marks) - ids, order), declarations)


def _marks(element: Any) -> frozenset[str]:
    classes = element.get("class", "").lower().split()
    own = element.get("id", "").lower()
    return frozenset([*(f".{one}" for one in classes), *([f"#{own}"] if own else ())])


def _is_meant(
    compounds: list[tuple[str, frozenset[str]]], element: Any, marks: frozenset[str]
) -> bool:
    (tag, wanted), outer = compounds[-1], compounds[:-1]
    if tag not in {"*", element.tag} or not wanted <= marks:
        return False
    if not outer:
        return True
    return any(_is_meant(outer, one, _marks(one)) for one in element.iterancestors())


@lru_cache(maxsize=4096)
def _declared(body: str) -> _Declarations:
    if ":" not in body:
        return {}
    found = ((name.lower(), value.strip()) for name, value in _DECLARATION.findall(body))
    named = ((_OTHER_NAMES.get(name, name), value) for name, value in found)
    return {name: value for name, value in named if name in _TELLING}


@lru_cache(maxsize=4096)
def _look(said: tuple[tuple[str, str], ...]) -> Look:
    value = dict(said)
    small = {name: text.lower() for name, text in said}
    lines = small.get("text-decoration", "") + small.get("text-decoration-line", "")
    display = small.get("display", "")
    return Look(
        is_struck="line-through" in lines,
        is_raised=small.get("vertical-align", "").startswith(("super", "text-top")),
        is_lowered=small.get("vertical-align", "").startswith("sub"),
        is_hidden=display.startswith("none")
        or small.get("visibility", "").startswith(("hidden", "collapse"))
        or small.get("mso-hide", "none").startswith(("all", "screen"))
        or any(_NOTHING.fullmatch(small.get(one, "")) for one in ("font-size", "opacity")),
        is_block=_BLOCKS.match(display) is not None or small.get("float", "none") != "none",
        keeps_lines=small.get("white-space", "").startswith("pre"),
        number_format=_format_code(value["mso-number-format"])
        if "mso-number-format" in value
        else None,
    )


def _format_code(value: str) -> str:
    """The number format that a style names; signs stand in it as \\. and \\0022."""
    if value[:1] in {'"', "'"} and value[-1:] == value[:1]:
        value = value[1:-1]
    spelt = _HEX.sub(lambda one: chr(int(one[1], 16)) if one[1] else one[2], value)
    return whole_characters(spelt)
