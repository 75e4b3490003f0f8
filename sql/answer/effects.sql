-- What the open findings of files can move, by the files' numbers: the largest first, as mart.findings
-- weighs them.
select
    effects.finding_key, effects.indicator_code, effects.department, effects.value, effects.pct,
    indicators.indicator_name, indicators.unit
from core.finding_effects as effects
inner join core.indicators as indicators using (indicator_code)
where
    effects.finding_key in (
        select findings.finding_key
        from int.judged_findings as findings
        inner join core.submissions as submissions using (submission_id)
        where submissions.receipt_no in (select unnest($receipts))
    )
order by effects.pct desc nulls last, indicators.ordinal, effects.value desc, effects.finding_key;
