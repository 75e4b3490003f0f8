"""The page of a zone as large as they come: a release that says so, without the files that would.

The rows are put into a copy of the golden release; only the page is made of it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
from drop import Drop

from flows.export import site
from flows.publish.current import newest_file
from flows.publish.release import Written

# Of each department: so many contracts and talks a month, and so many payments a month.
CONTRACTS, TALKS, PAYMENTS = 8, 5, 4

_MADE = """
create temp table months as
select (date '2021-05-01' - to_months(n::integer))::date as report_month from range({months}) as t(n);

create temp table departments as
select n as number, '第' || n || '招商分局' as department from range(1, {departments} + 1) as t(n);

insert into detail.departments by name
select department as name, department, 100 + number as ordinal from departments;

insert into mart.months by name
select report_month, false as is_locked, true as is_complete, 0 as missing_returns
from months where report_month < date '2021-01-01';

delete from detail.headline_candidates;
insert into detail.headline_candidates by name
with lines as (
    select m.report_month, d.department, 'ZS01,ZS03,ZS03a,ZS05' as codes, '签约' as kind, n,
        m.report_month as filed_month, (1 + (n * 7 + d.number) % 9) * 20000000::decimal(20, 4) as amount_cny
    from months as m, departments as d, range({contracts}) as t(n)
    union all
    select m.report_month, d.department, 'ZS04,ZS04a', '在谈', n, m.report_month,
        (1 + (n * 5 + d.number) % 9) * 30000000::decimal(20, 4)
    from months as m, departments as d, range({talks}) as t(n)
    union all
    select m.report_month, d.department, 'ZS02', '实到', n, past.report_month,
        (1 + (n * 3 + d.number) % 9) * 1000000::decimal(20, 4)
    from months as m, months as past, departments as d, range({payments}) as t(n)
    where year(past.report_month) = year(m.report_month) and past.report_month <= m.report_month
)
select
    report_month, unnest(string_split(codes, ',')) as indicator_code, department,
    '000001-1' as submission_id, strftime(filed_month, '%Y-%m/') || department || '/' || kind || '.xlsx' as file,
    kind || '项目月报表' as sheet, 'L' || (n + 5) as cell, n + 5 as excel_row,
    'GCKF-' || department || '-' || n as row_key, filed_month, department || n || '号项目' as label,
    amount_cny, 0 as contribution, false as is_counted, timestamptz '2021-06-01' as since_at
from lines;

update detail.headline_candidates set
    is_counted = indicator_code in ('ZS01', 'ZS02', 'ZS04a') or amount_cny >= 100000000,
    unit = if(indicator_code in ('ZS01', 'ZS02', 'ZS04a'), '亿元', '个');
update detail.headline_candidates set
    contribution = case
        when not is_counted then 0 when unit = '亿元' then amount_cny / 100000000 else 1
    end,
    reasons = if(is_counted, [], [{{
        'code': 'small_contract', 'value': '20000000', 'threshold': '100000000', 'row_key': null,
        'department': null, 'file': null, 'excel_row': null, 'submission_ids': null
    }}]);

delete from mart.headline_indicators;
insert into mart.headline_indicators by name
with added as (
    select report_month, indicator_code, department, sum(contribution) as value
    from detail.headline_candidates group by all
    union all
    select report_month, indicator_code, '全区', sum(contribution)
    from detail.headline_candidates group by all
)
select
    report_month, if(department = '全区', 'zone', 'department') as scope, department,
    known.indicator_code, known.label as indicator_name, value, value as value_rounded, known.unit,
    if(known.has_target, value * 2, null) as target_value, if(known.has_target, 50, null) as completion_pct,
    if(known.has_target, 50, null) as completion_pct_rounded, if(known.has_target, true, null) as is_past_half,
    month(report_month) * 100 / 12 as time_progress_pct,
    if(known.has_target, 50 - month(report_month) * 100 / 12, null) as progress_gap_pp,
    if(department <> '全区' and known.has_target, 1, null) as rank, true as is_complete
from added inner join mart.dim_indicator as known using (indicator_code);

insert into mart.return_status by name
select date '2021-05-01' as report_month, department, unnest(['signed_projects', 'paid_in', 'pipeline_projects']) as return_name,
    'on_time' as state, date '2021-06-02' as due_on
from departments;

insert into mart.projects by name
select 'GCKF-' || department || '-' || n as project_id, department || n || '号项目' as project_name, department,
    '在建' as stage, date '2021-01-05' as signed_on, date '2021-02-05' as started_on, 31 as days_to_start,
    115 as days_building, 115 as days_in_stage, 100000000 + n as contract_amount_cny,
    date '2021-05-01' as last_report_month
from departments, range({contracts}) as t(n);

insert into mart.findings by name
select '000001-1' as submission_id, 'X212' as rule, 'warning' as severity, '签约项目月报表' as sheet, 'F' || n as cell, n as excel_row,
    '县内资金不计入招商引资。' as message, date '2021-05-01' as report_month, department, 'signed_projects' as return_name,
    department || n as finding_id, true as is_open, 'explain' as asks
from departments, range(5) as t(n);
"""


def large_site(golden: Drop, folder: Path, *, departments: int, months: int) -> Path:
    """Makes the page of so many departments and months, and gives its folder."""
    path = folder / "guoban.duckdb"
    shutil.copyfile(newest_file(golden.settings.warehouse), path)
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        con.execute(
            _MADE.format(
                departments=departments,
                months=months,
                contracts=CONTRACTS,
                talks=TALKS,
                payments=PAYMENTS,
            )
        )
        made = folder / "site"
        site.put(golden.zone, Written(con, folder, None, frozenset()), made)
    return made
