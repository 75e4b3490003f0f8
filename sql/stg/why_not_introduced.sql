-- question: why is a project not one that the department has brought in from outside, as audited?
-- grain: scalar macro; a list of reasons, empty where there is none.
-- formula: held back; not audited; not the lead introducer; capital of no or of local origin.
-- authority: the handbook, indicators, definition of S and ZS04; counting rules: one first introducer.
create or replace macro stg.why_not_introduced(held_back, audit_status, role, capital_origin) as flatten([
    held_back,
    stg.why(audit_status is distinct from '审核通过', 'audit_status', value := audit_status),
    stg.why(role is distinct from '牵头', 'role', value := role),
    stg.why(capital_origin is null, 'no_origin'),
    stg.why(capital_origin = '县内', 'local_capital')
]);

comment on macro stg.why_not_introduced is '合同、在谈项目共同的不计入原因：暂不计入、审核、牵头、资金来源';
