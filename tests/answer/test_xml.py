"""Texts in the XML that we write are read back as they were."""

from __future__ import annotations

import io

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from flows.answer.page import Page, writable
from flows.answer.workbook import Workbook
from flows.answer.xml import attribute, xml_text

TEXTS = st.text(st.sampled_from("a<>&\"'\r\n\t 表_x000D") | st.characters(), max_size=30)


@given(TEXTS)
def test_an_attribute_is_read_as_it_was(text: str) -> None:
    plain = writable(text)
    assert etree.fromstring(f"<x y={attribute(plain)}/>".encode()).get("y") == plain


@given(TEXTS)
def test_a_text_is_read_as_it_was_but_for_what_workbooks_escape(text: str) -> None:
    read = etree.fromstring(f"<x>{xml_text(text)}</x>".encode()).text or ""
    assert read.replace("_x005F_", "_").replace("_x000D_", "\r") == writable(text).replace(
        "_x005F_", "_"
    ).replace("_x000D_", "\r")


def test_a_text_longer_than_programs_open_is_cut_and_says_so() -> None:
    page, workbook = Page("页", [10]), Workbook()
    page.add_line("𠀀" * 40_000)
    workbook.add(page)
    value = openpyxl.load_workbook(io.BytesIO(workbook.save()))["页"]["A1"].value
    assert len(value.encode("utf-16-le")) // 2 <= 32_767
    assert value.endswith("……（共40000字）")
