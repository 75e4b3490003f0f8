"""The floor: what the work costs at least. Reads, loads, computes; checks nothing.

python-calamine in as many processes as there are cores, Arrow into DuckDB, the same figures. Rows
whose cells don't fit their columns are left out, without saying where.
"""

from __future__ import annotations

import datetime as dt
import io
import multiprocessing
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from python_calamine import CalamineWorkbook

from benchmarks.forms import FORMS, Form, form_of
from benchmarks.rivals.figures import open_database, particulars, write_figures

_HEADER, _FOOT = 2, "单位负责人"
_CHUNK = 64


def read_all(files: Sequence[tuple[Path, str]]) -> dict[str, pa.Table]:
    """A table for each return in these files."""
    tables = defaultdict(list)
    for path, name in files:
        form, table = _read(path, name)
        tables[form.slug].append(table)
    return {slug: pa.concat_tables(parts) for slug, parts in tables.items()}


def _read(path: Path, name: str) -> tuple[Form, pa.Table]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    headers = [str(one) for one in rows[_HEADER]]
    form = form_of(headers)
    department, month = particulars(str(rows[1][0]))
    body = [one for one in rows[_HEADER + 1 :] if not str(one[0]).startswith(_FOOT)]
    columns = dict(zip(headers, zip(*body, strict=True), strict=True))
    made = {header: _typed(form, header, columns[header]) for header in form.headers}
    for label, value in (("部门", department), ("月份", month), ("文件", name)):
        made[label] = pa.repeat(value, len(body))
    return form, pa.table(made)


def _typed(form: Form, header: str, values: Sequence[Any]) -> pa.Array:
    if header in form.amounts:
        numbers = [one if isinstance(one, float | int) else None for one in values]
        return pa.array(numbers, pa.float64())
    if header in form.days:
        return pa.array([one if isinstance(one, dt.date) else None for one in values], pa.date32())
    return pa.array([one if isinstance(one, str) and one else None for one in values], pa.string())


def _fitting(form: Form) -> str:
    """The condition under which every cell of a row is what its column is."""
    required = (one for one in (*form.amounts, *form.days) if one not in form.optional)
    filled = [f'"{header}" is not null' for header in required]
    words = [
        f"""coalesce("{header}" in ({", ".join(f"'{one}'" for one in words)}), {header in form.optional})"""
        for header, words in form.choices.items()
    ]
    return " and ".join(filled + words)


def load(con: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> None:
    for form in FORMS:
        if form.slug in tables:
            arrived = tables[form.slug]
            con.register("arrived", arrived)
            con.execute(
                f"insert into {form.slug} by name select * from arrived where {_fitting(form)}"
            )


def main(raw: Path, home: Path) -> None:
    con = open_database(home)
    con.execute("create table if not exists seen (file text, size bigint, mtime bigint)")
    seen = set(con.execute("select file, size, mtime from seen").fetchall())
    new, marks = [], []
    for path in sorted(raw.rglob("*.xlsx")):
        state = path.stat()
        mark = (str(path.relative_to(raw)), state.st_size, state.st_mtime_ns)
        if mark not in seen:
            new.append((path, mark[0]))
            marks.append(mark)
    if not new:
        return
    chunks = [new[start : start + _CHUNK] for start in range(0, len(new), _CHUNK)]
    con.begin()
    if len(chunks) == 1:
        load(con, read_all(new))
    else:
        with multiprocessing.Pool(os.cpu_count()) as pool:
            for tables in pool.imap_unordered(read_all, chunks):
                load(con, tables)
    con.register(
        "marks",
        pa.table(dict(zip(("file", "size", "mtime"), zip(*marks, strict=True), strict=True))),
    )
    con.execute("insert into seen select * from marks")
    write_figures(con)
    con.commit()
    con.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
