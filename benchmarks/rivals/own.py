"""The rival: what a good analyst writes in a day, with pandas, pandera and DuckDB.

Reads each new workbook, finds its header, types its columns, lists what is wrong with the address of
each cell, leaves the wrong rows out, loads the others, and computes the five figures. Files are
known by their hash. The engine that pandas reads with is the third argument: openpyxl or calamine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pandera.pandas as pa
from openpyxl.utils import get_column_letter

from benchmarks.forms import FORMS, Form, form_of
from benchmarks.rivals.figures import open_database, particulars, write_figures

_FOOT = "单位负责人"


class Sheet(NamedTuple):
    """A workbook's rows as text, numbers and days; the index is the row in the workbook."""

    form: Form
    department: str
    month: dt.date
    rows: pd.DataFrame
    letters: dict[str, str]


def read(content: bytes, engine: Any) -> Sheet:
    """The first sheet, below its header."""
    cells = pd.read_excel(io.BytesIO(content), header=None, dtype=object, engine=engine)
    cells.index += 1
    header = next(row for row in cells.index if "项目编号" in cells.loc[row].to_list())
    headers = cells.loc[header].to_list()
    rows = cells.loc[header + 1 :].set_axis(headers, axis="columns")
    first = rows.iloc[:, 0]
    rows = rows[first.notna() & ~first.astype(str).str.startswith(_FOOT)]
    department, month = particulars(str(cells.loc[header - 1].iloc[0]))
    letters = {name: get_column_letter(place) for place, name in enumerate(headers, start=1)}
    return Sheet(form_of(headers), department, month, rows, letters)


def typed(form: Form, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with amounts as numbers and days as days; what is neither becomes empty."""
    columns = {}
    for header in form.headers:
        if header in form.amounts:
            columns[header] = pd.to_numeric(rows[header], errors="coerce")
        elif header in form.days:
            columns[header] = pd.to_datetime(rows[header], errors="coerce")
        else:
            columns[header] = rows[header].astype("str").str.strip()
    return pd.DataFrame(columns)


def schema_of(form: Form) -> pa.DataFrameSchema:
    """What the handbook asks of the rows of a return."""
    columns = {}
    for header in form.headers:
        checks = []
        if header in form.choices:
            checks.append(pa.Check.isin(form.choices[header], error="不在可选范围内"))
        if header in form.amounts and not header.endswith("实到投资额"):
            checks.append(pa.Check.ge(0, error="金额为负"))
        columns[header] = pa.Column(
            checks=checks, nullable=header in form.optional, unique=header == "项目编号"
        )
    across = []
    if "固定资产投资额" in form.headers:
        across.append(
            pa.Check(
                lambda rows: ~(rows["固定资产投资额"] > rows["合同投资额"]),
                error="固定资产投资额大于合同投资额",
            )
        )
        for earlier, later in (
            ("签约日期", "开工日期"),
            ("开工日期", "投产日期"),
            ("签约日期", "终止日期"),
        ):
            across.append(
                pa.Check(
                    lambda rows, earlier=earlier, later=later: ~(rows[later] < rows[earlier]),
                    error=f"{later}早于{earlier}",
                )
            )
    return pa.DataFrameSchema(columns, checks=across)


def wrong(sheet: Sheet, rows: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """What is wrong with the rows: 行, 单元格, 值, 问题."""
    found = []
    for header in (*sheet.form.amounts, *sheet.form.days):
        lost = sheet.rows[header].notna() & rows[header].isna()
        found += [
            (row, header, value, "不是数字或日期")
            for row, value in sheet.rows.loc[lost, header].items()
        ]
    try:
        schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        columns = cases["column"].where(cases["schema_context"] == "Column", "项目编号")
        found += zip(cases["index"], columns, cases["failure_case"], cases["check"], strict=True)
    findings = pd.DataFrame(found, columns=["行", "列", "值", "问题"])
    findings = findings.drop_duplicates(["行", "列"])
    findings["单元格"] = findings["列"].map(sheet.letters) + findings["行"].astype(int).astype(str)
    findings["值"] = findings["值"].astype(str)
    return findings


def main(raw: Path, home: Path, engine: str) -> None:
    con = open_database(home)
    con.execute("create table if not exists seen (sha256 text)")
    con.execute("create table if not exists findings (文件 text, 单元格 text, 值 text, 问题 text)")
    seen = {digest for (digest,) in con.execute("select sha256 from seen").fetchall()}
    schemas = {form.slug: schema_of(form) for form in FORMS}
    accepted = defaultdict(list)
    findings, digests = [], []
    for path in sorted(raw.rglob("*.xlsx")):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest in seen:
            continue
        digests.append(digest)
        sheet = read(content, engine)
        rows = typed(sheet.form, sheet.rows)
        found = wrong(sheet, rows, schemas[sheet.form.slug])
        file = str(path.relative_to(raw))
        findings.append(found.assign(文件=file))
        good = rows[~rows.index.isin(found["行"])]
        accepted[sheet.form.slug].append(
            good.assign(部门=sheet.department, 月份=sheet.month, 文件=file)
        )
    if not digests:
        return
    con.begin()
    for slug, frames in accepted.items():
        _insert(con, slug, pd.concat(frames))
    _insert(con, "findings", pd.concat(findings)[["文件", "单元格", "值", "问题"]])
    _insert(con, "seen", pd.DataFrame({"sha256": digests}))
    write_figures(con)
    con.commit()
    con.close()


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    con.register("rows", rows)
    con.execute(f"insert into {table} by name select * from rows")
    con.unregister("rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
