-- question: what are the secondary figures called, and which return does each come from?
-- grain: secondary figure.
-- formula: a list; the codes are part of the public surface of the published database.
-- authority: the handbook, secondary figures.
create or replace view int.secondary_names as
with listed as (
    select ordinal, indicator_code, indicator_name, unit, return_name
    from (
        values
        (1, 'outbound_trips', '外出招商次数', '次', 'outbound_trips'),
        (2, 'outbound_days', '外出招商天数', '天', 'outbound_trips'),
        (3, 'outbound_distance', '外出招商行程', '万公里', 'outbound_trips'),
        (4, 'provinces_visited', '外出招商到访省份', '个', 'outbound_visits'),
        (5, 'places_visited', '外出招商到访地方', '个', 'outbound_visits'),
        (6, 'firms_visited', '走访企业', '家', 'outbound_visits'),
        (7, 'firms_received', '接待企业', '家', 'receptions'),
        (8, 'visitors_received', '接待客商', '人次', 'receptions'),
        (9, 'meetings_held', '推介会、座谈会、项目协调会', '次', 'meetings'),
        (10, 'problems_raised', '收集急难愁盼问题', '件', 'problem_ledger'),
        (11, 'problems_closed', '办结急难愁盼问题', '件', 'problem_ledger'),
        (12, 'once_only_items', '最多跑一次事项', '项', 'service_items'),
        (13, 'online_share', '最多跑一次事项网上办比例', '%', 'service_items'),
        (14, 'frontline_cadres', '一线党员干部', '人', 'cadre_roster'),
        (15, 'environment_measures', '营商环境任务条目', '条', 'env_measures'),
        (16, 'secretary_problems_solved', '项目秘书解决问题', '件', 'secretary_log')
    ) as names (ordinal, indicator_code, indicator_name, unit, return_name)
),

returns as (
    select return_name, title
    from core.returns
)

select
    listed.ordinal,
    listed.indicator_code,
    listed.indicator_name,
    listed.unit,
    listed.return_name,
    coalesce(returns.title, listed.return_name) as return_title
from listed
left join returns using (return_name);

comment on view int.secondary_names is '次要指标的代码、名称、单位和取数报表';
