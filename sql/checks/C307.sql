-- rule: C307
-- level: cross-return
-- severity: warning
-- asks: months
-- zh: 一个项目当月只有一个牵头单位、只用一个项目编号
-- en: a project has one lead department and one number in a month
-- reason: 同一个项目由两个单位牵头、或用两个编号填报，合同额和个数就会重复计算。
-- remedy: 请与另一单位核实由谁牵头、是否同一项目；不是同一项目的，请报联系人（见审核意见）裁定。
--
-- The handbook: "two 牵头 for one project number in a month; or two numbers with the same normalised
-- investor, the same amount and 签约日期: error. Same normalised investor, and name similarity ≥ 85
-- (0-100), and amounts within 5% or dates within 31 days: candidate pair with its score, warning.
-- No 牵头 for a project: warning. Pairs decided by `guoban decide` are silent", and decisions carry
-- over: "of 11 = 12 and 12 = 13 follows 11 = 13". Asked of contracts (02) and talks (04), each by
-- itself. Of an error the row that came later is held back, in the order of int.project_numbers. A
-- project without a lead is not said where the department that led it the month before has no
-- accepted return this month.
with looked_at as (
    select distinct
        unnest([report_month, (report_month - interval 1 month)::date]) as report_month
    from asked_months
),

projects as (
    select
        'signed_projects' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, role,
        signed_on as dated_on
    from filed.signed_projects
    where project_id is not null and report_month in (select report_month from looked_at)
    union all by name
    select
        'pipeline_projects' as return_name,
        submission_id, sheet, excel_row, report_month, department, project_id, role,
        first_contact_on as dated_on
    from filed.pipeline_projects
    where project_id is not null and report_month in (select report_month from looked_at)
),

submissions as (
    select submission_id, file
    from core.submissions
),

returns as (
    select return_name, department, report_month
    from core.submissions
    where is_current
),

-- The refresh in which a department first filed the project as its lead, in whatever version.
arrivals as (
    select return_name, department, project_id, first_refresh_no
    from core.first_filings
    where role = '牵头'
),

led as (
    select
        projects.*,
        arrivals.first_refresh_no,
        submissions.file
    from projects
    inner join arrivals using (return_name, department, project_id)
    inner join submissions using (submission_id)
    where projects.role = '牵头'
),

-- Few numbers have two departments as leads; only their rows are put in order.
disputed as (
    select return_name, report_month, project_id
    from led
    group by return_name, report_month, project_id
    having min(department) < max(department)
),

leads as (
    select
        led.*,
        first_value(led.submission_id) over came as first_submission,
        first_value(led.department) over came as first_department,
        first_value(led.dated_on) over came as first_dated_on,
        first_value(led.file) over came as first_file,
        first_value(led.sheet) over came as first_sheet,
        first_value(led.excel_row) over came as first_row,
        row_number() over came as place
    from led
    semi join disputed using (return_name, report_month, project_id)
    window came as (
        partition by led.return_name, led.report_month, led.project_id
        order by led.first_refresh_no, led.dated_on, led.file, led.sheet, led.excel_row
    )
),

-- Of the departments that have it, the first one is told; a role that could not be read may be it.
unled as (
    select
        supports.return_name,
        supports.report_month,
        supports.project_id,
        string_agg(
            distinct supports.department, '、' order by supports.department
        ) as departments
    from projects as supports
    anti join (
        select return_name, report_month, project_id
        from projects
        where role is distinct from '协办'
    ) as others using (return_name, report_month, project_id)
    where supports.role = '协办'
    group by supports.return_name, supports.report_month, supports.project_id
),

absent_leads as (
    select distinct
        led.return_name,
        (led.report_month + interval 1 month)::date as report_month,
        led.project_id
    from led
    left join returns
        on
            led.return_name = returns.return_name
            and led.department = returns.department
            and (led.report_month + interval 1 month)::date = returns.report_month
    where returns.department is null
),

-- The same contract twice, or a pair whose names are alike and whose amounts or dates are near. How alike
-- is told rounded down, so that only names that are the same are alike by 100%.
numbers as (
    select
        project_numbers.*,
        submissions.file,
        -- Of a number that is decided to be another one too, the one that stands for all.
        same.canonical_id
    from project_numbers
    inner join submissions using (submission_id)
    left join core.same_projects as same using (project_id)
),

suspected as (
    select a, b, true as is_same_deal, null as score
    from numbers as a
    inner join numbers as b
        on
            a.report_month = b.report_month
            and a.investor_key = b.investor_key
            and a.amount_cny = b.amount_cny
            and a.dated_on = b.dated_on
            and a.project_id < b.project_id
    where a.return_name = 'signed_projects' and b.return_name = 'signed_projects'
    union all by name
    select a, b, false as is_same_deal, alike_names.score
    from numbers as a
    inner join alike_names
        on a.investor_key = alike_names.investor_key and a.name_key = alike_names.name_key
    inner join numbers as b
        on
            a.return_name = b.return_name
            and a.report_month = b.report_month
            and alike_names.investor_key = b.investor_key
            and alike_names.other_name_key = b.name_key
            and a.project_id < b.project_id
    where
        (
            abs(a.amount_cny - b.amount_cny) * 20 <= greatest(a.amount_cny, b.amount_cny)
            or abs(date_diff('day', a.dated_on, b.dated_on)) <= 31
        )
        and not coalesce(
            a.return_name = 'signed_projects'
            and a.amount_cny = b.amount_cny
            and a.dated_on = b.dated_on,
            false
        )
),

pairs as (
    select
        is_same_deal,
        score,
        if(a.came < b.came, b, a) as later,
        if(a.came < b.came, a, b) as earlier
    from suspected
    where
        coalesce(a.canonical_id <> b.canonical_id, true)
        and (a.project_id, b.project_id) not in (select (row_key_a, row_key_b) from core.decisions)
)

select
    submission_id,
    sheet,
    excel_row,
    'role' as field,
    'error' as severity,
    '牵头' as value,
    first_submission as against,
    null as other_row_key,
    '项目 ' || project_id || ' 当月有两个单位填报牵头：' || first_department || '（日期 '
    || coalesce(strftime(first_dated_on, '%Y-%m-%d'), '空') || '）在先，' || department || '（日期 '
    || coalesce(strftime(dated_on, '%Y-%m-%d'), '空') || '）在后，在后的一行暂不计入。在先的一行在'
    || row_place(first_file, first_sheet, first_row) || '。' as message
from leads
where place > 1 and department <> first_department
union all
select
    later.submission_id,
    later.sheet,
    later.excel_row,
    'project_id' as field,
    if(is_same_deal, 'error', 'warning') as severity,
    later.project_id as value,
    earlier.submission_id as against,
    earlier.project_id as other_row_key,
    case
        when is_same_deal
            then
                '项目 ' || later.project_id || ' 与' || earlier.department || '的项目 ' || earlier.project_id
                || '（' || coalesce(earlier.project_name, '名称空') || '）投资方、金额（'
                || plain_wan(later.amount_cny) || '）、签约日期（'
                || strftime(later.dated_on, '%Y-%m-%d') || '）都相同，应为同一项目，在后的一行暂不计入。另一行在'
                || row_place(earlier.file, earlier.sheet, earlier.excel_row) || '。'
        else
            '项目 ' || later.project_id || '（' || later.project_name || '，'
            || coalesce(plain_wan(later.amount_cny), '金额空') || '）与' || earlier.department || '的项目 '
            || earlier.project_id || '（' || earlier.project_name || '，'
            || coalesce(plain_wan(earlier.amount_cny), '金额空')
            || '）投资方相同、名称相似度 ' || floor(score)::integer || '%，疑为同一项目。另一行在'
            || row_place(earlier.file, earlier.sheet, earlier.excel_row) || '。'
    end as message
from pairs
union all
select
    projects.submission_id,
    projects.sheet,
    projects.excel_row,
    'role' as field,
    'warning' as severity,
    projects.role as value,
    null as against,
    null as other_row_key,
    '项目 ' || projects.project_id || ' 当月没有单位填报牵头，只有' || unled.departments || '填报协办。'
        as message
from projects
inner join unled using (return_name, report_month, project_id)
left join absent_leads using (return_name, report_month, project_id)
where absent_leads.project_id is null
qualify
    row_number() over (
        partition by projects.return_name, projects.report_month, projects.project_id
        order by projects.submission_id, projects.sheet, projects.excel_row
    ) = 1
