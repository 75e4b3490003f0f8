-- The zone's settings as the last publication that is on record had them.
select setting, max_by(new_value, publication_no) as value
from core.setting_changes
group by setting
