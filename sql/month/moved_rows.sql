-- The rows near headline figures, of the months from one to another, that contribute otherwise from a
-- publication on that changed a figure of their month: each as it came (`is_new`) and as it went, with
-- what it added (`change`, negative where it went). One that came as it went is none. In the zone's
-- figure nothing changes by rows of one key whose changes add up to nothing (`changes_zone`), as of a
-- project that is another department's now. With the cause that is on record (`cause`, `cause_id`), null
-- for publications of versions that recorded none. `$since`: of publications from then on (null: all);
-- `$of_zone`: of those alone that count and change the zone's figure; `$most` of each figure and
-- publication (null: all), with how many there are (`of_all`).
with published as (
    select distinct report_month, changed_at
    from mart.figure_changes
    where
        report_month between $first and $last
        and ($since is null or changed_at >= $since)
),

near as (
    select
        report_month, indicator_code, department, submission_id, file, sheet, cell, excel_row,
        row_key, filed_month, label, is_counted, contribution, since_at, until_at
    from detail.headline_candidates
    where
        report_month between $first and $last
        and ($since is null or since_at >= $since or until_at >= $since)
),

sides as (
    select
        * exclude (since_at, until_at), since_at as changed_at, true as is_new, contribution as change
    from near
    union all by name
    select
        * exclude (since_at, until_at), until_at as changed_at, false as is_new, -contribution as change
    from near
    where until_at is not null
),

named as (
    select sides.* replace (coalesce(names.department, sides.department) as department)
    from sides
    inner join published using (report_month, changed_at)
    left join detail.departments as names on sides.department = names.name
),

-- Of departments that have become one only one cause can be told of a key.
causes as (
    select distinct on (report_month, changed_at, indicator_code, department, filed_month, row_key) *
    from detail.row_changes
    where report_month between $first and $last
    order by publication_no, cause, submission_id
),

moved as (
    select
        named.*, causes.cause, causes.submission_id as cause_id,
        sum(change) over (partition by report_month, changed_at, indicator_code, row_key) <> 0
            as changes_zone
    from named
    left join causes
        using (report_month, changed_at, indicator_code, department, filed_month, row_key)
    qualify
        sum(change) over (
            partition by report_month, changed_at, indicator_code, department, filed_month, row_key
        ) <> 0
)

select
    *,
    count(*) over (partition by report_month, changed_at, indicator_code) as of_all
from moved
where not $of_zone or (is_counted and changes_zone)
qualify
    $most is null
    or row_number() over (
        partition by report_month, changed_at, indicator_code
        order by department, filed_month, row_key, change, file, sheet, excel_row
    ) <= $most
order by
    changed_at, report_month, indicator_code, department, filed_month, row_key, change, file, sheet,
    excel_row;
