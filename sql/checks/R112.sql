-- rule: R112
-- level: row
-- severity: warning
-- questions: counting
-- zh: 同一凭证编号不得用于两个项目
-- en: a voucher number must not serve two projects
-- reason: 一张凭证只能证明一个项目的资金。
-- remedy: 请核对凭证编号；确系一张凭证分属两个项目的，请在备注中说明。
--
-- The handbook: "凭证编号 used by two projects", in whatever months, by whatever departments.
-- Numbers are compared as names are: width of characters, blanks and case don't matter.
with vouchers as (
    select
        submission_id, sheet, excel_row, project_id, evidence_no,
        stg.name_key(evidence_no) as number_key
    from filed.paid_in
    where evidence_no is not null and project_id is not null
),

-- Few of very many: the projects are gathered for these alone.
shared_keys as (
    select number_key
    from vouchers
    group by number_key
    having min(project_id) != max(project_id)
),

shared as (
    select
        number_key,
        string_agg(distinct project_id, '、' order by project_id) as projects
    from vouchers
    where number_key in (select number_key from shared_keys)
    group by number_key
)

select
    vouchers.submission_id,
    vouchers.sheet,
    vouchers.excel_row,
    'evidence_no' as field,
    vouchers.evidence_no as value,
    '凭证编号“' || vouchers.evidence_no || '”用于多个项目：' || shared.projects || '。' as message
from vouchers
inner join shared using (number_key)
