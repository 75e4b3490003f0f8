"""What the rivals share: the tables they load into, and the five figures in SQL.

`out.duckdb` has a table for each return (columns by their headers, besides 部门, 月份, 文件), and the
`figures` that the benchmark compares; those who check also have `findings` (文件, 单元格, 值, 问题).
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb

from benchmarks.forms import FORMS, Form

DATABASE = "out.duckdb"
_PARTICULARS = re.compile(r"填报单位：(\S+)\s+报告期：(\d{4})年(\d{1,2})月")
FIGURES = """
with months as (
    select max(月份) as month
    from (
        select 月份 from signed_projects
        union all select 月份 from paid_in
        union all select 月份 from pipeline_projects
    )
),
signed as (
    select one.*
    from signed_projects as one, months
    where 月份 = month
      and 审核状态 = '审核通过'
      and 引资角色 = '牵头'
      and 资金来源地 <> '县内'
      and 项目状态 <> '终止'
      and 合同类型 in ('正式合同', '补充协议')
      and 签约日期 between date_trunc('year', month) and last_day(month)
),
new_projects as (
    select * from signed where 项目性质 = '新引进' and 合同类型 = '正式合同' and 合同投资额 >= 10000
),
paid as (
    select coalesce(sum(本月实到投资额), 0) * 0.0001::decimal(5, 4) as amount
    from paid_in, months
    where year(月份) = year(month) and 审核状态 = '审核通过'
),
talks as (
    select count(*) as n
    from pipeline_projects, months
    where 月份 = month
      and 项目状态 = '在谈'
      and 拟投资额 >= 10000
      and 审核状态 = '审核通过'
      and 引资角色 = '牵头'
      and 资金来源地 <> '县内'
)
select 'ZS01' as code, coalesce(sum(合同投资额), 0) * 0.0001::decimal(5, 4) as value from signed
union all select 'ZS02', amount from paid
union all select 'ZS03', count(*) from new_projects
union all select 'ZS04', n from talks
union all select 'ZS05', count(*) from new_projects where 产业类别 = '工业' and 合同投资额 >= 50000
"""


def open_database(home: Path) -> duckdb.DuckDBPyConnection:
    """The rival's database in its folder, with its tables."""
    home.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(str(home / DATABASE))
    for form in FORMS:
        columns = ", ".join(f'"{header}" {_type_of(form, header)}' for header in form.headers)
        con.execute(
            f"create table if not exists {form.slug} (部门 text, 月份 date, 文件 text, {columns})"
        )
    return con


def write_figures(con: duckdb.DuckDBPyConnection) -> None:
    """Computes the figures of the newest month."""
    con.execute(f"create or replace table figures as {FIGURES}")


def particulars(line: str) -> tuple[str, dt.date]:
    """Department and month, from the line below the title."""
    found = _PARTICULARS.match(line)
    if not found:
        raise ValueError(f"no department or month in {line!r}")
    department, year, month = found.groups()
    return department, dt.date(int(year), int(month), 1)


def _type_of(form: Form, header: str) -> str:
    if header in form.amounts:
        return "decimal(18, 4)"
    return "date" if header in form.days else "text"
