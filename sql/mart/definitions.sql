-- question: by which settings of the zone do its figures count, and when are returns due?
-- grain: setting of zone.toml.
-- key: setting.
-- formula: the settings of readings, thresholds, filing, rates and campaign that are one value.
-- authority: the handbook, what a zone decides for itself; for a union of zones.
create or replace view mart.definitions as
with settings as (
    select columns('^(readings|thresholds|filing|rates|campaign)_.*$')::varchar
    from core.zone
),

told as (
    select
        regexp_replace(name, '_', '.') as setting,
        value
    from (unpivot settings on columns(*) into name name value value)
)

select
    setting, -- 设置：zone.toml中的部分和名称，金额为元
    value -- 该区的值
from told;

comment on view mart.definitions is '口径：本区的读法、门槛、期限等设置';
