-- question: whose figure is it: the whole zone's, or a department's?
-- grain: scalar macro over the name that a figure is told under.
-- formula: "全区" is no department's name (zone.toml refuses it).
-- authority: the public surface of the published database: scopes of the headline figures.
create or replace macro stg.scope(department) as if(department = '全区', 'zone', 'department');

comment on macro stg.scope is '范围：全区的数为zone，单位的数为department';
