-- Every change of a month's published figures, oldest first, with who is behind it: the file, its
-- department and who filled it in, or who withdrew, restored or decided, and what was decided since the
-- publication before. Of the scopes of these names, all where there are none; `$since` null: from the
-- first on.
with decisions as (
    select
        (
            select min(refreshes.published_at)
            from mart.refreshes as refreshes
            where refreshes.published_at >= acts.acted_at
        ) as changed_at,
        list(
            {'row_key': row_key, 'other_row_key': other_row_key, 'is_same': is_same} order by act_no
        ) as decided
    from mart.acts as acts
    where act = 'decision'
    group by changed_at
)

select
    changes.*,
    submissions.file,
    submissions.return_name,
    submissions.department as filed_by,
    coalesce(
        (
            select max_by(acts."by", acts.act_no)
            from mart.acts as acts
            where
                acts.acted_at <= changes.changed_at
                and acts.act = changes.cause
                and (changes.cause = 'decision' or acts.submission_id = changes.submission_id)
        ),
        fillers.filler
    ) as person,
    decisions.decided
from mart.figure_changes as changes
left join mart.submissions as submissions using (submission_id)
left join detail.fillers as fillers using (submission_id)
left join decisions on changes.cause = 'decision' and changes.changed_at = decisions.changed_at
where
    changes.report_month = $month
    and (len($names) = 0 or list_contains($names, changes.department))
    and ($since is null or changes.changed_at >= $since)
order by
    changes.changed_at, changes.indicator_code, changes.figure, changes.department, changes.ordinal;
