-- question: which settings of zone.toml are otherwise than when the figures were told before?
-- grain: publication that figures rest on (core.baselines) × setting.
-- formula: the first and the last of what publications since then changed in it; back to what it was is
--   no change. What was not on record yet is not known to have changed.
-- authority: the handbook, from file to figure: a change of zone.toml names what was changed.
create or replace view changes.settings as
select
    baselines.publication_no,
    changed.setting,
    min_by(changed.old_value, changed.publication_no) as old_value,
    max_by(changed.new_value, changed.publication_no) as new_value
from (select distinct publication_no from core.baselines) as baselines
inner join core.setting_changes as changed on baselines.publication_no < changed.publication_no
where changed.old_value is not null
group by baselines.publication_no, changed.setting
having old_value <> new_value;

comment on view changes.settings is '上次所依据的发布以来zone.toml中改了哪些设置';
