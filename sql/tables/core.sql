-- The private tables of the working database, beside those of each return (`rows`), of what has been
-- published (`record`) and of what is declared (made when it is stored). All of it can be made
-- anew from archive and journal.
create table core.state (key varchar, value varchar);

-- What lies in the drop folder, as last looked at.
create table core.seen (path varchar, size bigint, modified_ns bigint, sha256 varchar);

-- Every submission. What the stages found in the file, up to `rows_found`; the rest is settled. What a
-- file does not tell of itself the folder does in which it lies (`folder_department`, `folder_month`).
create table core.submissions (
    submission_id varchar, receipt_no bigint, draft_no integer, refresh_no bigint, file varchar,
    sha256 varchar, received_at timestamptz, modified_at timestamptz, return_name varchar,
    department varchar, report_month date, filed_on date, is_reply boolean, is_nil boolean,
    is_late boolean, filler varchar, checker varchar, head varchar, part varchar, named_month date,
    folder_department varchar, folder_month date, is_sound boolean, rows_found bigint,
    arrival_no bigint, is_withdrawn boolean, withdrawn_no integer, restored_no integer, stands_after bigint,
    stands_no bigint, is_locked_out boolean, is_overruled boolean default false,
    is_in_doubt boolean default false,
    is_accepted boolean, version integer, is_current boolean, is_added boolean default false, status varchar,
    rows_accepted bigint, rows_held bigint
);

-- Every finding; `against` is the submission by whose row this one is judged, `row_key` the own key of the
-- row that it is about, `other_row_key` that of the row that may be the same thing.
create table core.findings (
    submission_id varchar, rule varchar, severity varchar, holds boolean, is_cross boolean,
    sheet varchar, cell varchar, excel_row integer, column_name varchar, field varchar,
    value varchar, proposed varchar, message varchar, suggestion varchar, report_month date,
    department varchar, return_name varchar, explanation varchar, against varchar, row_key varchar,
    other_row_key varchar
);

-- What correcting open findings can move, by their keys (int.judged_findings), as last recorded.
create table core.finding_effects (
    finding_key varchar, report_month date, indicator_code varchar, department varchar,
    value decimal(38, 12), pct decimal(38, 10)
);

-- Where the fields of a table stood: a sheet may hold several, one below the other.
create table core.columns (
    submission_id varchar, sheet varchar, field varchar, column_letter varchar, header varchar,
    from_row integer default 0, to_row integer default 2147483647
);

-- When a department first filed a project, in each role (int.first_filings), kept up as versions are
-- settled: many relations ask for it.
create table core.first_filings (
    return_name varchar, department varchar, project_id varchar, role varchar,
    first_refresh_no bigint, first_arrival_no bigint, first_file varchar
);

-- What people decided, from the journal: every act as it was done, and what holds by them.
create table core.acts (
    act_no integer, act varchar, acted_at timestamptz, acted_by varchar, reason varchar,
    report_month date, submission_id varchar, row_key varchar, other_row_key varchar,
    is_same boolean
);
-- Bytes of a receipt that turned up once more: after which refresh, and where.
create table core.again (receipt_no bigint, stands_after bigint, path varchar, again_at timestamptz);
create table core.decisions (
    row_key_a varchar, row_key_b varchar, is_same boolean, decided_at timestamptz,
    decided_by varchar
);
create table core.same_projects (project_id varchar, canonical_id varchar);
create table core.locks (report_month date, locked_at timestamptz, locked_by varchar);
create table core.explanations (
    submission_id varchar, rule varchar, return_name varchar, department varchar,
    report_month date, own_key varchar, field varchar, value varchar, explanation varchar
);

-- The corrections (14) that are in force, in the warehouse's terms: its names of returns and fields.
create table core.corrections_in_force (
    submission_id varchar, correction_no varchar, return_name varchar, report_month date,
    row_key varchar, field varchar, new_value varchar
);

-- The months there are figures for, and when their returns are due.
create table core.months (report_month date, due_on date);

-- Each version beside an earlier one of the same return, department and month, as their rows are:
-- how many keys both have, which of the earlier one's the later one should have and lacks.
create table core.overlaps (
    submission_id varchar, earlier_id varchar, is_same boolean, shared bigint, expected bigint,
    lacking bigint, lacking_keys varchar [], lacking_amount decimal(38, 4)
);

-- What each version changed against the one before it.
create table core.compared (submission_id varchar, replaced_id varchar);
create table core.version_changes (
    submission_id varchar, replaced_id varchar, return_name varchar, row_key varchar,
    field varchar, old_value varchar, new_value varchar, change varchar
);

-- Publications, from the journal: up to which receipt each one covers.
create table core.refreshes (
    publication_no integer, run_id varchar, published_at timestamptz, guoban_version varchar,
    submissions_accepted bigint, submissions_rejected bigint, last_receipt bigint,
    chain_head varchar
);

-- For each month with figures, the publication that recorded it last, before the one now at work.
create table core.baselines (
    report_month date, publication_no integer, published_at timestamptz, last_receipt bigint
);
create table core.figure_changes (
    publication_no integer, ordinal integer, report_month date, department varchar,
    indicator_code varchar, figure varchar, old_value decimal(38, 12), new_value decimal(38, 12),
    cause varchar, submission_id varchar, settings varchar
);
create table core.row_changes (
    publication_no integer, report_month date, indicator_code varchar, department varchar,
    filed_month date, row_key varchar, cause varchar, submission_id varchar
);

-- The zone's settings as publications had them: what each one has otherwise than the one before it, in
-- words; the first on record has all of them, with no old value.
create table core.setting_changes (
    publication_no integer, setting varchar, old_value varchar, new_value varchar
);

-- Submissions that a publication published with another status than the one before because rules,
-- definitions or libraries had changed; without a number: the next one will.
create table core.status_changes (
    publication_no integer, submission_id varchar, return_name varchar, department varchar,
    report_month date, old_status varchar, new_status varchar
);

-- The submissions of which replies were made since that say that they count no more, and in which words
-- (int.ended_submissions).
create table core.told_endings (submission_id varchar, words varchar);

-- The receipts that lie with the replies, by their folder there: what each says, as a hash, and its
-- file as it was written.
create table core.receipts (
    folder varchar, report_month date, says varchar, size bigint, modified_ns bigint
);

-- From which month on something is settled otherwise than is published, or answered (`until`); of no
-- return: of every one.
create table core.changed (return_name varchar, from_month date, until varchar);
