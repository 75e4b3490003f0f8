-- The zone's campaign at the end of a month, if the month lies within it.
select starts_on, ends_on, elapsed_days, remaining_days, contracts_signed, contract_value
from mart.campaign
where report_month = $month;
