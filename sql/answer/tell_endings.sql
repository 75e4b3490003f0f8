-- Replies say by now which submissions count no more.
truncate core.told_endings;

insert into core.told_endings select submission_id, words from int.ended_submissions;
