-- rule: C308
-- level: cross-return
-- severity: error
-- zh: 走访须在其行程的日期和目的省份之内
-- en: a visit lies within the dates and provinces of its trip
-- reason: 走访属于某一次外出，对不上行程的走访无从核实。
-- remedy: 请核对行程编号、走访日期、省份，或改正外出招商台账。
--
-- The handbook: "visit inside its trip's dates and provinces", and of 行程编号: "exists in 招商月05".
-- A trip is a ledger's entry: its latest row stands. A department's own goes before the zone's; numbers
-- may begin anew each year, so the year's own trip goes before another year's, and of several that
-- took one number in turn the one in whose days the visit is, else the latest. That a trip is not
-- there at all is not said while the department's 05 of the month is not accepted. The visit is held
-- back.
with visits as (
    select submission_id, sheet, excel_row, report_month, department, trip_no, visited_on, province
    from filed.outbound_visits
    where trip_no is not null
),

trips as (
    select
        year(report_month) as year,
        department,
        stg.name_key(trip_no) as trip_key,
        submission_id,
        depart_on,
        return_on,
        provinces,
        told_no
    from entries.outbound_trips
    where trip_no is not null
    qualify
        row_number() over (
            partition by year(report_month), entry_no
            order by told_no desc
        ) = 1
),

returns as (
    select department, report_month, submission_id
    from core.submissions
    where is_current and return_name = 'outbound_trips'
),

joined as (
    select
        visits.submission_id,
        visits.sheet,
        visits.excel_row,
        visits.trip_no,
        visits.visited_on,
        visits.province,
        trips.trip_key is not null as has_trip,
        returns.department is not null as has_return,
        coalesce(trips.submission_id, returns.submission_id) as against,
        trips.depart_on,
        trips.return_on,
        trips.provinces
    from visits
    left join returns using (report_month, department)
    left join trips
        on
            stg.name_key(visits.trip_no) = trips.trip_key
            and abs(year(visits.report_month) - trips.year) <= 1
    qualify
        row_number() over (
            partition by visits.submission_id, visits.sheet, visits.excel_row
            order by
                visits.department = trips.department desc,
                abs(year(visits.report_month) - trips.year),
                trips.year,
                coalesce(visits.visited_on between trips.depart_on and trips.return_on, false) desc,
                trips.told_no desc
        ) = 1
)

select
    submission_id,
    sheet,
    excel_row,
    'trip_no' as field,
    trip_no as value,
    against,
    '行程编号“' || trip_no || '”不在外出招商台账中。' as message
from joined
where not has_trip and has_return
union all
select
    submission_id,
    sheet,
    excel_row,
    'visited_on' as field,
    strftime(visited_on, '%Y-%m-%d') as value,
    against,
    '走访日期 ' || strftime(visited_on, '%Y-%m-%d') || ' 不在行程“' || trip_no || '”的 '
    || strftime(depart_on, '%Y-%m-%d') || ' 至 ' || strftime(return_on, '%Y-%m-%d') || ' 之内。'
        as message
from joined
where visited_on < depart_on or visited_on > return_on
union all
select
    submission_id,
    sheet,
    excel_row,
    'province' as field,
    province as value,
    against,
    '省份“' || province || '”不在行程“' || trip_no || '”的目的省份（' || provinces || '）之内。' as message
from joined
where not list_contains(string_split(provinces, '、'), province)
