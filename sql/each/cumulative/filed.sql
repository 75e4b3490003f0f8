-- Every file adds up: of the rows with one key the one that stands last counts. One that rules inside
-- its file hold back takes no other's place.
create or replace view filed.{slug} as
select entries.*
from rows.{slug} as entries
inner join (
    select submission_id, stands_no
    from core.submissions
    where is_accepted and not is_withdrawn
) as versions using (submission_id)
left join (
    select distinct submission_id, sheet, excel_row, true as is_unsound
    from core.findings
    where holds and not is_cross
) as unsound using (submission_id, sheet, excel_row)
qualify
    row_number() over (
        partition by {key}
        order by unsound.is_unsound nulls first, versions.stands_no desc, sheet desc, excel_row desc
    ) = 1;
