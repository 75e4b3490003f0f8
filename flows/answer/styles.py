"""The styles of a workbook, to which ours are added: each once, whatever was there before."""

from __future__ import annotations

import copy

from flows.answer.page import FONT, SEVERITY_FILLS, Style
from flows.answer.xml import element, elements, main, to_bytes
from flows.read.openxml import parse

# Numbers below are those of programs' own formats.
_FIRST_FORMAT = 164
_QUOTED = ' quotePrefix="1"'
_BORDER = "".join(
    f'<{side} style="thin"><color rgb="FFA6A6A6"/></{side}>'
    for side in ("left", "right", "top", "bottom")
)


class Styles:
    """The `styles.xml` of a workbook under change."""

    def __init__(self, xml: bytes) -> None:
        """Raises ValueError where it lacks what every workbook has."""
        self._root = parse(xml)
        self._parts = {
            name: self._root.find(main(name)) for name in ("fonts", "fills", "borders", "cellXfs")
        }
        if any(part is None for part in self._parts.values()):
            raise ValueError("the workbook's styles are incomplete")
        self._known: dict[tuple[object, ...], int] = {}
        # What is to be added, read as XML in one go.
        self._new: dict[str, list[str]] = {name: [] for name in self._parts}

    def of(self, style: Style, *, is_quoted: bool = False) -> int:
        """The number of a style of ours; `is_quoted` keeps a text a text when it is edited."""
        key = (style, is_quoted)
        if key not in self._known:
            self._known[key] = self._add("cellXfs", self._xf(style, is_quoted=is_quoted))
        return self._known[key]

    def filled(self, number: int, severity: str) -> int:
        """The style of that number with the severity's colour."""
        fill = self._add("fills", fill_xml(SEVERITY_FILLS[severity]))
        return self._changed(number, fillId=str(fill), applyFill="1")

    def quoted(self, number: int) -> int:
        """The style of that number, which keeps a text a text when it is edited."""
        return self._changed(number, quotePrefix="1")

    def to_bytes(self) -> bytes:
        """The changed part."""
        self._take_in()
        for part in (*self._parts.values(), self._root.find(main("numFmts"))):
            if part is not None:
                part.set("count", str(len(part)))
        return to_bytes(self._root)

    def _changed(self, number: int, **attributes: str) -> int:
        key = (number, *sorted(attributes.items()))
        if key not in self._known:
            self._take_in()
            shapes = self._parts["cellXfs"]
            # A number that leads nowhere is read as the first by every program.
            model = shapes[number if number < len(shapes) else 0]
            shape = copy.deepcopy(model)
            shape.attrib.update(attributes)
            shapes.append(shape)
            self._known[key] = len(shapes) - 1
        return self._known[key]

    def _add(self, part: str, xml: str) -> int:
        """The number of an element in its part, added where it is not there yet by our doing."""
        key = (part, xml)
        if key not in self._known:
            self._new[part].append(xml)
            self._known[key] = len(self._parts[part]) + len(self._new[part]) - 1
        return self._known[key]

    def _take_in(self) -> None:
        for part, new in self._new.items():
            if new:
                self._parts[part].extend(elements("".join(new)))
                new.clear()

    def _xf(self, style: Style, *, is_quoted: bool) -> str:
        sides = _BORDER if style.border else "<left/><right/><top/><bottom/>"
        border = self._add("borders", f"<border>{sides}<diagonal/></border>")
        quoted = _QUOTED if is_quoted else ""
        indent = f' indent="{style.indent}"' if style.indent else ""
        return (
            f'<xf numFmtId="{self._format(style.number_format)}"'
            f' fontId="{self._add("fonts", _font_xml(style))}"'
            f' fillId="{self._add("fills", fill_xml(style.fill))}"'
            f' borderId="{border}" xfId="0"'
            ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
            f' applyAlignment="1" applyProtection="1"{quoted}>'
            f'<alignment horizontal="{style.align}" vertical="{style.valign}"{indent}'
            f' wrapText="{style.wrap:d}"/><protection locked="{style.locked:d}"/></xf>'
        )

    def _format(self, code: str) -> int:
        if code == "General":
            return 0
        key = ("numFmts", code)
        if key not in self._known:
            part = self._root.find(main("numFmts"))
            if part is None:
                part = element("<numFmts/>")
                self._root.insert(0, part)
            taken = [int(one.get("numFmtId", 0)) for one in part]
            self._known[key] = number = max([_FIRST_FORMAT - 1, *taken]) + 1
            part.append(element(f'<numFmt numFmtId="{number}" formatCode="{code}"/>'))
        return self._known[key]


def fill_xml(colour: str | None) -> str:
    """A plain fill of that colour, or none."""
    if colour is None:
        return '<fill><patternFill patternType="none"/></fill>'
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/>'
        '<bgColor indexed="64"/></patternFill></fill>'
    )


def _font_xml(style: Style) -> str:
    marks = "<b/>" * style.bold + "<i/>" * style.italic + "<u/>" * style.underlined
    return (
        f'<font>{marks}<sz val="{style.size}"/><color rgb="FF{style.colour}"/>'
        f'<name val="{FONT}"/></font>'
    )
