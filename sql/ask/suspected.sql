-- Whether C307 suspects two numbers to be one project: it is said of the later, and names the earlier.
select 1
from mart.findings
where
    (value = $first and other_row_key = $other)
    or (value = $other and other_row_key = $first)
limit 1;
