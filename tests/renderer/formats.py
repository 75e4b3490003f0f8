"""The formats that departments send, by the name that tests know them by."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

import xlsxwriter

from renderer.biff import looks_of, xls, xlsb
from renderer.sheets import FONTS, Broken, Dressed, Formula, Rich, Sheet, Value, shown


@dataclass(frozen=True)
class Format:
    """A format, the ending its files usually have, and what a sheet keeps in it."""

    ending: str
    write: Callable[[Sequence[Sheet]], bytes]
    has_sheets: bool = True
    has_merges: bool = True
    has_hidden: bool = True
    has_types: bool = True
    tells_missing_results: bool = True


def write(sheets: Sequence[Sheet], name: str) -> bytes:
    """The sheets as a file of that format; a format without sheets takes the first."""
    return FORMATS[name].write(sheets)


# --- Open XML ------------------------------------------------------------------------------------


_XLSX_FONTS: dict[str, dict[str, object]] = {
    "plain": {},
    "struck": {"font_strikeout": True},
    "raised": {"font_script": 1},
    "lowered": {"font_script": 2},
}


def _xlsx(sheets: Sequence[Sheet], *, macros: bool = False) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "date_1904": any(sheet.uses_1904 for sheet in sheets)}
    with xlsxwriter.Workbook(target, options) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        looks = {
            (code, is_struck): book.add_format({"num_format": code, "font_strikeout": is_struck})
            for code, is_struck in looks_of(sheets)
        }
        fonts = {name: book.add_format(_XLSX_FONTS[name]) for name in FONTS}
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for area in sheet.merged:
                page.merge_range(*area, "")
            for (row, column), value in sheet.cells.items():
                if isinstance(value, Dressed):
                    look = looks[value.code, value.is_struck]
                    page.write(row, column, value.value, look)
                elif isinstance(value, Rich):
                    runs = [one for text, font in value.parts for one in (fonts[font], text)]
                    page.write_rich_string(row, column, *runs)
                else:
                    _xlsx_cell(page, row, column, value, date)
            for row in sheet.hidden_rows:
                page.set_row(row, None, None, {"hidden": True})
            for column in sheet.hidden_columns:
                page.set_column(column, column, None, None, {"hidden": True})
            if sheet.is_hidden:
                page.hide()
    return _patched(target.getvalue(), macros=macros)


def _xlsx_cell(page: object, row: int, column: int, value: Value, date: object) -> None:
    write: Callable[..., object] = page.write  # type: ignore[attr-defined]
    match value:
        case Formula(result=None):
            page.write_formula(row, column, value.text, None, "NO RESULT")  # type: ignore[attr-defined]
        case Formula():
            result = shown(value.result) if isinstance(value.result, Broken) else value.result
            page.write_formula(row, column, value.text, None, result)  # type: ignore[attr-defined]
        case Broken():
            page.write_formula(row, column, "=0", None, value.error)  # type: ignore[attr-defined]
        case dt.date():
            page.write_datetime(row, column, value, date)  # type: ignore[attr-defined]
        case str():
            page.write_string(row, column, value)  # type: ignore[attr-defined]
        case _:
            write(row, column, value)


def _patched(data: bytes, *, macros: bool) -> bytes:
    """What xlsxwriter does not write: formulas without a result, and the type with macros."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:  # fmt: skip
        for entry in old.infolist():
            part = old.read(entry)
            part = part.replace(b"<v>NO RESULT</v>", b"")
            if macros and entry.filename == "[Content_Types].xml":
                part = part.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            new.writestr(entry.filename, part)
    return target.getvalue()


# --- OpenDocument --------------------------------------------------------------------------------

_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<office:automatic-styles>{styles}"
    '<style:style style:name="ta1" style:family="table">'
    '<style:table-properties table:display="true"/></style:style>'
    '<style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    "</office:document-content>"
)
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
    f'manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def _ods(sheets: Sequence[Sheet]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _MIME, zipfile.ZIP_STORED)
        archive.writestr("content.xml", _ods_content(sheets))
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return target.getvalue()


def _ods_content(sheets: Sequence[Sheet]) -> str:
    looks = looks_of(sheets)
    styles = "".join(_ods_text_style(name) for name in FONTS)
    styles += "".join(_ods_style(f"ce{at}", *look) for at, look in enumerate(looks))
    tables = "".join(_ods_table(sheet, looks) for sheet in sheets)
    return _ODS.format(styles=styles, tables=tables)


_ODS_STRUCK = 'style:text-line-through-style="solid"'
_ODS_FONTS = {
    "plain": 'style:text-line-through-style="none"',
    "struck": _ODS_STRUCK,
    "raised": 'style:text-position="super 58%"',
    "lowered": 'style:text-position="sub 58%"',
}


def _ods_text_style(font: str) -> str:
    return (
        f'<style:style style:name="{font}" style:family="text">'
        f"<style:text-properties {_ODS_FONTS[font]}/></style:style>"
    )


def _ods_style(name: str, code: str, is_struck: bool) -> str:
    properties = f"<style:text-properties {_ODS_STRUCK}/>" if is_struck else ""
    return (
        f'{_ods_numbers(f"N{name}", code)}<style:style style:name="{name}" '
        f'style:family="table-cell" style:data-style-name="N{name}">{properties}</style:style>'
    )


_ODS_TOKEN = re.compile(
    r"\"([^\"]*)\"|\\(.)|\[\$([^\]-]*)-?[^\]]*\]|([#0,]*[#0](?:\.0+)?,*)|(_.|\[\w+\])|(.)"
)


def _ods_numbers(name: str, code: str) -> str:
    """The styles of a code's sections; the last one has the conditions of the others."""
    if code == "General":
        return f'<number:number-style style:name="{name}"><number:number number:min-integer-digits="1"/></number:number-style>'  # fmt: skip
    *others, last = code.split(";")[:3]
    conditions = ("&gt;=0",) if len(others) == 1 else ("&gt;0", "&lt;0")
    parts = [_ods_section(f"{name}P{at}", one) for at, one in enumerate(others)]
    maps = "".join(
        f'<style:map style:condition="value(){asked}" style:apply-style-name="{name}P{at}"/>'
        for at, asked in enumerate(conditions[: len(others)])
    )
    return "".join([*parts, _ods_section(name, last, maps)])


def _ods_section(name: str, code: str, maps: str = "") -> str:
    kind = "percentage" if "%" in code else "currency" if "[$" in code else "number"
    pieces = []
    for quoted, escaped, money, digits, unseen, other in _ODS_TOKEN.findall(code):
        if money:
            pieces.append(f"<number:currency-symbol>{money}</number:currency-symbol>")
        elif digits:
            pieces.append(_ods_digits(digits))
        elif not unseen:
            pieces.append(f"<number:text>{escape(quoted or escaped or other)}</number:text>")
    body = "".join(pieces) or "<number:text/>"
    return f'<number:{kind}-style style:name="{name}">{body}{maps}</number:{kind}-style>'


def _ods_digits(digits: str) -> str:
    whole, _, decimals = digits.rstrip(",").partition(".")
    factor = 1000 ** (len(digits) - len(digits.rstrip(",")))
    return (
        f'<number:number number:min-integer-digits="{whole.count("0")}" '
        f'number:decimal-places="{len(decimals)}" number:grouping="{str("," in whole).lower()}" '
        f'number:display-factor="{factor}"/>'
    )


def _ods_table(sheet: Sheet, looks: list[tuple[str, bool]]) -> str:
    style = "ta2" if sheet.is_hidden else "ta1"
    columns = "".join(
        f"<table:table-column{_ods_hidden(index in sheet.hidden_columns)}/>"
        for index in range(sheet.width)
    )
    starts = {area[:2]: area[2:] for area in sheet.merged}
    covered = {
        (row, column)
        for first, left, last, right in sheet.merged
        for row in range(first, last + 1)
        for column in range(left, right + 1)
    } - set(starts)
    rows = []
    for number, row in enumerate(sheet.rows()):
        cells = []
        for column, value in enumerate(row):
            if (number, column) in covered:
                cells.append("<table:covered-table-cell/>")
                continue
            span = ""
            if end := starts.get((number, column)):
                span = (
                    f' table:number-rows-spanned="{end[0] - number + 1}"'
                    f' table:number-columns-spanned="{end[1] - column + 1}"'
                )
            if isinstance(value, Dressed):
                span += f' table:style-name="ce{looks.index((value.code, value.is_struck))}"'
            cells.append(_ods_cell(value, span))
        # As programs do: the rest of the row is one repeated blank cell.
        cells.append('<table:table-cell table:number-columns-repeated="16000"/>')
        hidden = _ods_hidden(number in sheet.hidden_rows)
        rows.append(f"<table:table-row{hidden}>{''.join(cells)}</table:table-row>")
    rest = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    return (
        f'<table:table table:name="{escape(sheet.name)}" table:style-name="{style}">'
        f"{columns}{''.join(rows)}{rest}</table:table>"
    )


def _ods_hidden(is_hidden: bool) -> str:
    return ' table:visibility="collapse"' if is_hidden else ""


def _ods_cell(value: Value, span: str) -> str:
    if isinstance(value, Dressed):
        return _ods_cell(value.value, span)
    if isinstance(value, Rich):
        spans = "".join(
            f'<text:span text:style-name="{font}">{escape(text)}</text:span>'
            for text, font in value.parts
        )
        return f'<table:table-cell office:value-type="string"><text:p>{spans}</text:p></table:table-cell>'
    words = "".join(f"<text:p>{escape(line)}</text:p>" for line in shown(value).split("\n"))
    match value:
        case None:
            return f"<table:table-cell{span}/>"
        case Formula(result=None):
            return f'<table:table-cell{span} table:formula="of:{escape(value.text)}"/>'
        case Formula(result=Broken()) | Broken():
            kind = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'  # fmt: skip
        case bool():
            kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
        case int() | float():
            kind = f'office:value-type="float" office:value="{value}"'
        case Formula(result=float() | int()):
            kind = f'table:formula="of:{escape(value.text)}" office:value-type="float" office:value="{value.result}"'  # fmt: skip
        case dt.date():
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case _:
            kind = 'office:value-type="string"'
    return f"<table:table-cell{span} {kind}>{words}</table:table-cell>"


# --- text ----------------------------------------------------------------------------------------


def _separated(sheets: Sequence[Sheet], *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator)
    for row in sheets[0].rows():
        writer.writerow([shown(value) for value in row])
    return target.getvalue().encode(encoding)


_HTML_FONTS = {"plain": "span", "struck": "s", "raised": "sup", "lowered": "sub"}


def _html_text(value: Value) -> str:
    if isinstance(value, Rich):
        return "".join(
            f"<{_HTML_FONTS[font]}>{escape(text)}</{_HTML_FONTS[font]}>"
            for text, font in value.parts
        )
    return escape(shown(value)).replace("\n", "<br>")


def _html_style(sheets: Sequence[Sheet], look: tuple[str, bool]) -> str:
    """A style sheet's rule as Excel writes it, with every sign of the code escaped."""
    code = "".join("\\0022" if one == '"' else f"\\{one}" for one in look[0])
    line = "text-decoration:line-through;" * look[1]
    return f'.{_style_name(sheets, look)} {{mso-number-format:"{code}";{line}}}'


def _html(sheets: Sequence[Sheet]) -> bytes:
    sheet = sheets[0]
    starts = {area[:2]: area[2:] for area in sheet.merged}
    covered = {
        (row, column)
        for first, left, last, right in sheet.merged
        for row in range(first, last + 1)
        for column in range(left, right + 1)
    } - set(starts)
    rows = []
    for number, row in enumerate(sheet.rows()):
        cells = []
        for column, value in enumerate(row):
            if (number, column) in covered:
                continue
            end = starts.get((number, column), (number, column))
            span = f' rowspan="{end[0] - number + 1}" colspan="{end[1] - column + 1}"'
            if isinstance(value, Dressed):
                span += f' class="{_style_name(sheets, (value.code, value.is_struck))}"'
                span += "" if isinstance(value.value, str) else f' x:num="{shown(value)}"'
            cells.append(f"<td{span}>{_html_text(value)}</td>")
        hidden = ' style="display:none"' if number in sheet.hidden_rows else ""
        rows.append(f"<tr{hidden}>{''.join(cells)}</tr>")
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
        f"<style>td {{mso-number-format:'@'}} {' '.join(_html_style(sheets, one) for one in looks_of(sheets))}</style></head><body><table>{''.join(rows)}</table></body></html>"
    )
    return page.encode("gb18030")


def _xml(sheets: Sequence[Sheet]) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f"<Styles>{''.join(_xml_style(sheets, look) for look in looks_of(sheets))}</Styles>"
        f"{''.join(_xml_sheet(sheet, sheets) for sheet in sheets)}</Workbook>"
    ).encode()


def _style_name(sheets: Sequence[Sheet], look: tuple[str, bool]) -> str:
    return f"s{60 + looks_of(sheets).index(look)}"


def _xml_style(sheets: Sequence[Sheet], look: tuple[str, bool]) -> str:
    code, is_struck = look
    font = '<Font ss:StrikeThrough="1"/>' * is_struck
    return (
        f'<Style ss:ID="{_style_name(sheets, look)}"><NumberFormat ss:Format="{escape(code)}"/>'
        f"{font}</Style>"
    )


def _xml_sheet(sheet: Sheet, sheets: Sequence[Sheet]) -> str:
    columns = "".join(
        f'<Column ss:Index="{index + 1}" ss:Hidden="1"/>' for index in sorted(sheet.hidden_columns)
    )
    starts = {area[:2]: area[2:] for area in sheet.merged}
    rows = []
    for number, row in enumerate(sheet.rows()):
        cells = []
        for column, value in enumerate(row):
            end = starts.get((number, column))
            if value is None and end is None:
                continue
            span = f' ss:MergeDown="{end[0] - number}" ss:MergeAcross="{end[1] - column}"' if end else ""  # fmt: skip
            if isinstance(value, Dressed):
                look = _style_name(sheets, (value.code, value.is_struck))
                span += f' ss:StyleID="{look}"'
            formula = f' ss:Formula="{escape(value.text)}"' if isinstance(value, Formula) else ""
            cells.append(f'<Cell ss:Index="{column + 1}"{span}{formula}>{_xml_data(value)}</Cell>')
        hidden = ' ss:Hidden="1"' if number in sheet.hidden_rows else ""
        rows.append(f'<Row ss:Index="{number + 1}"{hidden}>{"".join(cells)}</Row>')
    visible = "<x:Visible>SheetHidden</x:Visible>" if sheet.is_hidden else ""
    return (
        f'<Worksheet ss:Name="{escape(sheet.name)}"><Table>{columns}{"".join(rows)}</Table>'
        f"<x:WorksheetOptions>{visible}</x:WorksheetOptions></Worksheet>"
    )


_XML_FONTS = {"plain": "Font", "struck": "S", "raised": "Sup", "lowered": "Sub"}


def _xml_data(value: Value) -> str:
    if isinstance(value, Dressed):
        return _xml_data(value.value)
    if isinstance(value, Rich):
        marked = (
            f"<{_XML_FONTS[font]}>{escape(text)}</{_XML_FONTS[font]}>" for text, font in value.parts
        )
        return (
            '<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">'
            f"{''.join(marked)}</ss:Data>"
        )
    if isinstance(value, Formula):
        value = value.result
    match value:
        case None:
            return ""
        case Broken():
            kind, text = "Error", value.error
        case bool():
            kind, text = "Boolean", str(int(value))
        case int() | float():
            kind, text = "Number", str(value)
        case dt.date():
            kind, text = "DateTime", f"{value.isoformat()}T00:00:00.000"
        case _:
            kind, text = "String", escape(str(value))
    return f'<Data ss:Type="{kind}">{text}</Data>'


_TEXT = {"has_sheets": False, "has_merges": False, "has_hidden": False, "has_types": False}
FORMATS = {
    "xlsx": Format("xlsx", _xlsx),
    "xlsm": Format("xlsm", partial(_xlsx, macros=True)),
    "xlsb": Format("xlsb", xlsb, tells_missing_results=False),
    "xls": Format("xls", xls, tells_missing_results=False),
    "xls of Excel 5": Format(
        "xls", partial(xls, biff8=False), has_merges=False, tells_missing_results=False
    ),
    "ods": Format("ods", _ods),
    "et of OLE2": Format("et", xls, tells_missing_results=False),
    "et of zip": Format("et", _xlsx),
    "csv in UTF-8": Format("csv", _separated, **_TEXT),
    "csv with a mark": Format("csv", partial(_separated, encoding="utf-8-sig"), **_TEXT),
    "csv in GB18030": Format("csv", partial(_separated, encoding="gb18030"), **_TEXT),
    "csv in UTF-16": Format("csv", partial(_separated, encoding="utf-16"), **_TEXT),
    "csv with semicolons": Format(
        "csv", partial(_separated, separator=";", encoding="utf-8-sig"), **_TEXT
    ),
    "tsv": Format("tsv", partial(_separated, separator="\t", encoding="utf-16"), **_TEXT),
    "html as xls": Format("xls", _html, has_sheets=False, has_types=False),
    "xml as xls": Format("xls", _xml),
}
