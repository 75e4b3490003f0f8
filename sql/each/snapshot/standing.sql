-- The rows of a monthly list that tell a department's state at a month's end (`stands_in`): those of
-- its latest one in force of the year.
create or replace view standing.{slug} as
select
    snapshots.report_month as stands_in,
    accepted.*,
    submissions.arrival_no
from int.snapshots_in_force as snapshots
inner join accepted.{slug} as accepted
    on
        snapshots.department = accepted.department
        and snapshots.stands_from = accepted.report_month
inner join core.submissions as submissions using (submission_id)
where snapshots.return_name = '{slug}';
