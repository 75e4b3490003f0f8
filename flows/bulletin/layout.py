"""How a bulletin looks as a .docx, by GB/T 9704-2012: the page, its grid, fonts and named styles.

A4 with margins of 37, 35, 28 and 26 mm (top, bottom, left, right), 22 lines of 28 characters, title in
2号小标宋, text in 3号仿宋, headings in 黑体, page numbers "— 1 —" outside. Fonts that a machine lacks are
replaced by those that stand as their other names in the font table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

# Sizes of type: 2号, 3号, 4号, 5号, 小五.
SIZE_2, SIZE_3, SIZE_4, SIZE_5, SIZE_SMALL = 22.0, 16.0, 14.0, 10.5, 9.0
PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
LINES, CHARACTERS = 22, 28
# How far below the text the page number stands, its height with it.
_FOOTER_MM = 13
_TWIPS_PER_MM = 1440 / 25.4
# In twips: what a line has of the height, and what is between two characters that 28 of them fit.
# Word's own grid of characters would say the latter, but LibreOffice misreads one that is closer than
# the characters are wide.
_LINE = int((PAGE_MM[1] - TOP_MM - BOTTOM_MM) * _TWIPS_PER_MM / LINES)
_BETWEEN = math.floor((PAGE_MM[0] - LEFT_MM - RIGHT_MM) * _TWIPS_PER_MM / CHARACTERS - SIZE_3 * 20)

TITLE_FONT, TEXT_FONT, HEAD_FONT, KAI_FONT, SONG_FONT = (
    "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体",
)  # fmt: skip
LATIN = "Times New Roman"
# Other names, free ones among them, under which a machine may have the like.
FALLBACKS = {
    TITLE_FONT: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,小标宋,华文中宋,STZhongsong,Noto Serif CJK SC,Source Han Serif SC",
    TEXT_FONT: "仿宋,FangSong,FangSong_GB2312,华文仿宋,STFangsong,方正仿宋_GBK,Noto Serif CJK SC",
    HEAD_FONT: "SimHei,方正黑体_GBK,华文黑体,Noto Sans CJK SC,Source Han Sans SC",
    KAI_FONT: "楷体,KaiTi,KaiTi_GB2312,华文楷体,STKaiti,方正楷体_GBK,Noto Serif CJK SC",
    SONG_FONT: "SimSun,华文宋体,STSong,方正书宋_GBK,Noto Serif CJK SC",
    LATIN: "Liberation Serif,Tinos",
}


@dataclass(frozen=True)
class Look:
    """A paragraph style of ours; `line` is its exact height in points, 0 for that of the grid."""

    font: str
    size: float
    align: str = "both"
    line: float = _LINE / 20
    indent_chars: int = 0
    right_chars: int = 0
    before: float = 0
    after: float = 0
    keeps_with_next: bool = False
    on_grid: bool = True
    bold: bool = False
    level: int | None = None
    ruled: bool = False
    """Between two lines, as 版记 is."""


TITLE, SUBTITLE, TEXT, HEADING = "通报标题", "通报副标题", "通报正文", "通报小标题"
CAPTION, UNIT, HEAD, CELL, NOTE = "通报表题", "通报表格单位", "通报表头", "通报表格", "通报表注"
SMALL, DENSE_HEAD, DENSE = "通报附注", "通报密表头", "通报密表"
NUMBER, SIGNATURE, DATE, COPIES, PAGE_NUMBER = (
    "通报文号", "通报署名", "通报日期", "通报版记", "通报页码",
)  # fmt: skip
LOOKS = {
    NUMBER: Look(TEXT_FONT, SIZE_3, "center", after=_LINE / 20),
    TITLE: Look(TITLE_FONT, SIZE_2, "center", line=36),
    SUBTITLE: Look(KAI_FONT, SIZE_3, "center", after=_LINE / 40),
    HEADING: Look(HEAD_FONT, SIZE_3, indent_chars=2, keeps_with_next=True, level=0),
    TEXT: Look(TEXT_FONT, SIZE_3, indent_chars=2),
    SMALL: Look(TEXT_FONT, 11, "left", 17, indent_chars=2, on_grid=False),
    CAPTION: Look(HEAD_FONT, 12, "center", 20, before=6, keeps_with_next=True, on_grid=False),
    UNIT: Look(TEXT_FONT, SIZE_5, "right", 15, keeps_with_next=True, on_grid=False),
    HEAD: Look(HEAD_FONT, SIZE_5, "center", 14, on_grid=False),
    CELL: Look(SONG_FONT, SIZE_5, "left", 14, on_grid=False),
    DENSE_HEAD: Look(HEAD_FONT, SIZE_SMALL, "center", 12, on_grid=False),
    DENSE: Look(SONG_FONT, SIZE_SMALL, "left", 13, on_grid=False),
    NOTE: Look(TEXT_FONT, SIZE_5, "left", 15, before=2, after=6, on_grid=False),
    SIGNATURE: Look(TEXT_FONT, SIZE_3, "right", right_chars=3, before=_LINE / 20, keeps_with_next=True),
    DATE: Look(TEXT_FONT, SIZE_3, "right", right_chars=4, keeps_with_next=True),
    COPIES: Look(TEXT_FONT, SIZE_4, "left", 24, indent_chars=1, before=_LINE / 20, on_grid=False, ruled=True),
    PAGE_NUMBER: Look(SONG_FONT, SIZE_4, "right", 18, on_grid=False),
}  # fmt: skip
# The week's page is one: its lines are closer.
TIGHT = {
    **LOOKS,
    NUMBER: Look(TEXT_FONT, 12, "center", 18, on_grid=False),
    TITLE: Look(TITLE_FONT, SIZE_2, "center", line=30),
    SUBTITLE: Look(KAI_FONT, SIZE_4, "center", 20, after=2, on_grid=False),
    HEADING: Look(HEAD_FONT, SIZE_4, "both", 20, 2, before=3, keeps_with_next=True, on_grid=False, level=0),
    TEXT: Look(TEXT_FONT, 12, "both", 17, 2, after=2, on_grid=False),
    SMALL: Look(TEXT_FONT, SIZE_SMALL, "left", 12, before=4, on_grid=False),
    HEAD: Look(HEAD_FONT, SIZE_5, "center", 13, on_grid=False),
    CELL: Look(SONG_FONT, SIZE_5, "left", 13, on_grid=False),
    NOTE: Look(TEXT_FONT, SIZE_SMALL, "left", 4, on_grid=False),
    COPIES: Look(TEXT_FONT, SIZE_5, "left", 16, 1, before=6, on_grid=False, ruled=True),
}  # fmt: skip
# Its margins, narrower than those of a document that is sent out, and those.
WEEKLY_MARGINS_MM = (25, 22, 26, 26)
MARGINS_MM = (TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM)


def set_up(
    document: Docx, looks: Mapping[str, Look], margins_mm: tuple[int, int, int, int]
) -> None:
    """Makes an empty document one of ours: page, grid, fonts, styles, page numbers."""
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(one) for one in PAGE_MM)
    top, bottom, left, right = (Mm(one) for one in margins_mm)
    section.top_margin, section.bottom_margin = top, bottom
    section.left_margin, section.right_margin = left, right
    section.header_distance, section.footer_distance = Mm(15), Mm(margins_mm[1] - _FOOTER_MM)
    grid = OxmlElement("w:docGrid")
    for name, value in (("type", "lines"), ("linePitch", _LINE)):
        grid.set(qn(f"w:{name}"), str(value))
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(grid)
    _set_normal(document)
    _name_fallbacks(document)
    add_styles(document, looks)
    settings = document.settings
    settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        _number_pages(footer.paragraphs[0], document, side)


def add_styles(document: Docx, looks: Mapping[str, Look]) -> None:
    """Adds the styles of ours that the document lacks; those that it has stay as they are."""
    known = {one.name for one in document.styles}
    for name, look in looks.items():
        if name in known:
            continue
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.size = Pt(look.size)
        style.font.bold = look.bold or None
        properties = style.element.get_or_add_rPr()
        _name_fonts(properties, look.font)
        if look.size == SIZE_3:
            properties.append(parse_xml(f'<w:spacing {nsdecls("w")} w:val="{_BETWEEN}"/>'))
        if not look.on_grid:
            properties.append(parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>'))
        style.element.append(parse_xml(_paragraph_xml(look)))


def _paragraph_xml(look: Look) -> str:
    """The style's w:pPr; its children stand in the order that the format wants."""
    hundredths = {"firstLineChars": look.indent_chars, "rightChars": look.right_chars}
    points = {"firstLine": look.indent_chars, "right": look.right_chars}
    indents = " ".join(
        [
            *(f'w:{name}="{100 * value}"' for name, value in hundredths.items() if value),
            *(
                f'w:{name}="{int(20 * look.size * value)}"'
                for name, value in points.items()
                if value
            ),
        ]
    )
    rule = '<w:{side} w:val="single" w:sz="8" w:space="4" w:color="000000"/>'
    parts = [
        "<w:keepNext/>" if look.keeps_with_next else "",
        '<w:widowControl w:val="0"/>',
        f"<w:pBdr>{rule.format(side='top')}{rule.format(side='bottom')}</w:pBdr>" if look.ruled else "",
        "" if look.on_grid else '<w:snapToGrid w:val="0"/>',
        f'<w:spacing w:before="{int(20 * look.before)}" w:after="{int(20 * look.after)}"'
        f' w:line="{int(20 * look.line)}" w:lineRule="exact"/>',
        f"<w:ind {indents}/>" if indents else "",
        f'<w:jc w:val="{look.align}"/>',
        "" if look.level is None else f'<w:outlineLvl w:val="{look.level}"/>',
    ]  # fmt: skip
    return f"<w:pPr {nsdecls('w')}>{''.join(parts)}</w:pPr>"


def _name_fonts(properties: Any, east_asian: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), LATIN)
    fonts.set(qn("w:eastAsia"), east_asian)


def _set_normal(document: Docx) -> None:
    """The size that the grid's characters are reckoned from."""
    normal = document.styles["Normal"]
    normal.font.size = Pt(SIZE_3)
    _name_fonts(normal.element.get_or_add_rPr(), TEXT_FONT)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _name_fallbacks(document: Docx) -> None:
    """Writes the font table: each font of ours with its other names."""
    listed = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/>'
        f'<w:charset w:val="{"00" if name == LATIN else "86"}"/><w:family w:val="roman"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                f"<w:fonts {nsdecls('w')}>{listed}</w:fonts>"
            ).encode()


def _number_pages(paragraph: Any, document: Docx, side: str) -> None:
    """— 1 — at the outer side, a character from the margin."""
    paragraph.style = document.styles[PAGE_NUMBER]
    properties = paragraph._p.get_or_add_pPr()
    edge = "right" if side == "right" else "left"
    properties.append(
        parse_xml(f'<w:ind {nsdecls("w")} w:{edge}Chars="100" w:{edge}="{int(20 * SIZE_4)}"/>')
    )
    properties.append(parse_xml(f'<w:jc {nsdecls("w")} w:val="{side}"/>'))
    paragraph.add_run("— ")
    field = parse_xml(
        f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    )
    paragraph._p.append(field)
    paragraph.add_run(" —")
