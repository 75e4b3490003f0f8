-- Whether C307 suspects two numbers to be one project: it is said of the later, and names the earlier.
select 1
from mart.findings
where
    rule = 'C307'
    and (
        (value = $first and contains(message, '的项目 ' || $other || '（'))
        or (value = $other and contains(message, '的项目 ' || $first || '（'))
    )
limit 1;
