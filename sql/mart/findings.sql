-- question: what was found wrong or worth saying, and where in whose file?
-- grain: finding; without a submission where it has no file (a return never filed, a target).
-- key: finding_id.
-- formula: as stored when the files were judged and checked against each other; contacts, and
--   telephone numbers in free text and in what is said are masked. The id is a hash of what is
--   published of the finding, so it stays as long as the finding does; of findings that are alike
--   the second and later have a number behind it. Of what an open finding can move the largest is
--   told: that of the most points of the zone's rate, else the first figure's.
-- authority: the handbook, rules.
create or replace view mart.findings as
with largest as (
    select effects.finding_key, effects.indicator_code, effects.value, effects.pct
    from core.finding_effects as effects
    inner join core.indicators as indicators using (indicator_code)
    where effects.department = '全区'
    qualify
        row_number() over (
            partition by effects.finding_key
            order by effects.pct desc nulls last, indicators.ordinal
        ) = 1
),

masked as (
    select
        findings.submission_id,
        findings.rule,
        findings.severity,
        nullif(findings.sheet, '') as sheet,
        findings.cell,
        findings.excel_row,
        findings.column_name,
        case
            when fields.is_personal then stg.masked(findings.value)
            else coalesce(plain.value, stg.masked_phones(findings.value))
        end as value,
        stg.masked_words(findings.message, plain.value) as message,
        stg.masked_words(findings.suggestion, plain.value) as suggestion,
        findings.report_month,
        findings.department,
        findings.return_name,
        stg.masked_phones(findings.explanation) as explanation,
        if(fields.is_personal, null, stg.masked_phones(findings.proposed)) as proposed,
        findings.field,
        findings.holds,
        findings.is_open,
        findings.asks,
        findings.is_to_decide,
        findings.other_row_key,
        if(findings.other_row_key is not null, findings.against, null) as other_submission_id,
        largest.indicator_code as effect_indicator,
        largest.value as effect_value,
        largest.pct as effect_pp
    from int.judged_findings as findings
    left join largest using (finding_key)
    left join core.fields as fields using (return_name, field)
    cross join lateral (
        select if(not fields.is_personal and not fields.is_free_text, findings.value, null) as value
    ) as plain
),

hashed as (
    select
        submission_id,
        rule,
        severity,
        sheet,
        cell,
        excel_row,
        column_name,
        value,
        message,
        suggestion,
        report_month,
        department,
        return_name,
        explanation,
        proposed,
        field,
        holds,
        is_open,
        asks,
        is_to_decide,
        other_row_key,
        other_submission_id,
        effect_indicator,
        effect_value,
        effect_pp,
        md5(
            concat_ws(
                '/', submission_id, report_month, department, return_name, rule, sheet, cell,
                excel_row, column_name, value, message
            )
        ) as hash
    from masked
)

select
    submission_id, -- 报送编号；没有文件的（如未报）为空
    rule, -- 规则编号
    severity, -- 程度：error错误、warning警告、info提示
    sheet, -- 工作表
    cell, -- 单元格，如F12；整份文件的意见为空
    excel_row, -- 表格中的行号；整份文件的意见为空
    column_name, -- 文件中的表头
    value, -- 所见的值
    message, -- 意见
    suggestion, -- 处理办法
    proposed, -- 应填的值；不止一种可能的为空
    effect_indicator, -- 未办结的，改正后至多能使哪项全区主要指标变动最多；不影响主要指标或无从得知的为空
    effect_value, -- 该指标至多变动多少，单位同指标，不分增减
    effect_pp, -- 该指标完成率至多变动多少个百分点；没有目标任务的为空
    is_open, -- 是否未办结：现在采用的、退回而尚未重报的报送中的错误，和没有说明的警告
    report_month, -- 所属月份，当月第一天
    department, -- 单位
    return_name, -- 报表的英文名
    explanation, -- 单位的说明
    asks, -- 要求什么：correct待改正、explain待说明、decide待认定、file待报送；不要求什么的为空
    is_to_decide, -- 是否待认定：疑为同一项目的，待定的版本
    other_row_key, -- 疑为同一项目的另一个项目编号
    other_submission_id, -- 另一个项目所在的报送，见mart.submissions
    field, -- 字段的英文名
    holds as is_holding, -- 该行是否因此被扣留
    concat_ws(
        '-', hash, nullif(row_number() over (partition by report_month, hash order by suggestion), 1)
    ) as finding_id -- 意见编号，由其内容算出
from hashed;

comment on view mart.findings is '审核意见：每条一行，指明文件、工作表、单元格、所见的值和处理办法';
