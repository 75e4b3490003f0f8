-- The documents by which a year's targets were issued up to a month's end.
select doc_no, issued_on
from mart.annual_targets
where year = year($month) and issued_on <= last_day($month) and doc_no is not null
group by doc_no, issued_on
order by issued_on, doc_no;
