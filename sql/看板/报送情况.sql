-- question: who has filed what, in words of the zone?
-- grain: month × department × expected return.
-- key: 月份, 单位, 报表.
-- formula: mart.return_status under Chinese names.
-- authority: the public surface of the published database.
create or replace view 看板.报送情况 as
select
    status.report_month as 月份, -- 所属月份，当月第一天
    status.department as 单位, -- 应报单位
    forms.label as 报表, -- 报表名称
    forms.form_no as 表号, -- 表号
    words.label as 情况, -- 按时、迟报、零报告、未报、退回
    status.due_on as 应报日期, -- 逢节假日顺延
    status.received_at as 收到时间, -- 采用版本首次收到的时间；退回的为最近一份的
    status.rows_held as 扣留行数, -- 采用版本中被扣留的行数；没有采用的为空
    status.to_correct as 待改正, -- 要由单位改正的条数
    status.to_explain as 待说明, -- 要由单位说明的条数
    status.to_decide as 待认定 -- 疑为同一项目的和待定的版本，每份文件的版本算一项
from mart.return_status as status
inner join mart.dim_return as forms using (return_name)
inner join mart.dim_label as words on status.state = words.slug and words.column_name = 'state';

comment on view 看板.报送情况 is '报送情况：每月每个单位应报的每张报表';
