-- What stood before anything new is loaded: beside it stands afterwards what has changed.
create or replace temp table submissions_before as
select * exclude (arrival_no, stands_no)
from core.submissions;

create or replace temp table standing_before as
select submission_id, return_name, report_month, stands, stands_in_doubt
from int.standing_submissions;

create or replace temp table findings_before as from core.findings;

create or replace temp table corrections_before as from core.corrections_in_force;

create or replace temp table decisions_before as
select row_key_a, row_key_b, is_same
from core.decisions;

create or replace temp table locks_before as from core.locks;

create or replace temp table months_before as from core.months;
