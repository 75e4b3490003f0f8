-- The rows near the headline figures of a return: of the versions that count, of those that rules
-- across files turned back as a whole, and, with `turned_back_id`, of those that are turned back and
-- still to be answered: each by itself, in no figure. `held_back` is the reason of a row that is held back. Where figures are asked for from a month on
-- (`flows.store.changed`), rows of the years before are in none of them.
create or replace view near.{slug} as
select
    entries.*,
    versions.file,
    versions.turned_back_id,
    stg.why(
        held.rules is not null, 'held', value := held.rules, submission_ids := held.against
    ) as held_back
from rows.{slug} as entries
inner join (
    select submission_id, file, null as turned_back_id
    from core.submissions
    where is_overruled or ((is_current or is_added) and status not in ('rejected', 'withdrawn'))
    union all
    select submission_id, file, submission_id as turned_back_id
    from int.standing_submissions
    where is_turned_back
) as versions using (submission_id)
left join stg.held_rows as held using (submission_id, sheet, excel_row)
where
    entries.report_month >= date_trunc(
        'year', coalesce(getvariable('changed_from')['{slug}']::date, '0001-01-01'::date)
    )::date;
