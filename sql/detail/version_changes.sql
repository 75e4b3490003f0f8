-- question: what did each new version of a return change against the one before it?
-- grain: version × row (its own key) × field that differs.
-- formula: as compared when it was loaded; change is added or removed for a row that only one of the
--   two has, else changed. Amounts in yuan. Contacts, and telephone numbers in free text are masked.
-- authority: the handbook, from file to figure: both versions are kept.
create or replace view detail.version_changes as
select
    changes.submission_id, -- 新版本的报送编号，见mart.submissions
    changes.replaced_id, -- 被替代的版本
    changes.return_name, -- 报表的英文名
    changes.row_key, -- 该行的主键，如项目编号
    changes.field, -- 字段的英文名
    changes.change, -- added新增的行、removed删去的行、changed改动
    if(fields.is_free_text, stg.masked_phones(changes.old_value), changes.old_value) as old_value, -- 改前的值，金额为元；没有的为空
    if(fields.is_free_text, stg.masked_phones(changes.new_value), changes.new_value) as new_value -- 改后的值，金额为元；没有的为空
from core.version_changes as changes
left join core.fields as fields using (return_name, field);

comment on view detail.version_changes is '新旧版本的差别：哪一行、哪个栏目，改前改后';
