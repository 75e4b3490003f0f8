-- question: what did each new version of a return change against the one before it?
-- grain: version × row (its own key) × field that differs.
-- formula: as compared when it was loaded; change is added or removed for a row that only one of the
--   two has, else changed. Amounts in yuan. Contacts, and telephone numbers in free text are masked.
-- authority: the handbook, from file to figure: both versions are kept.
create or replace view detail.version_changes as
with compared as (
    select
        submission_id, replaced_id, return_name, row_key, field, change, old_value, new_value,
        field in ('remark', 'outcome', 'content', 'reason') as is_free_text
    from core.version_changes
)

select
    submission_id,
    replaced_id,
    return_name,
    row_key,
    field,
    change,
    case when is_free_text then stg.masked_phones(old_value) else old_value end as old_value,
    case when is_free_text then stg.masked_phones(new_value) else new_value end as new_value
from compared;

comment on view detail.version_changes is '新旧版本的差别：哪一行、哪个栏目，改前改后';
comment on column detail.version_changes.submission_id is '新版本的报送编号，见mart.submissions';
comment on column detail.version_changes.replaced_id is '被替代的版本';
comment on column detail.version_changes.return_name is '报表的英文名';
comment on column detail.version_changes.row_key is '该行的主键，如项目编号';
comment on column detail.version_changes.field is '字段的英文名';
comment on column detail.version_changes.change is 'added新增的行、removed删去的行、changed改动';
comment on column detail.version_changes.old_value is '改前的值，金额为元；没有的为空';
comment on column detail.version_changes.new_value is '改后的值，金额为元；没有的为空';
