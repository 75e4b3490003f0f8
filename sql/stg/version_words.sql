-- question: what is a version called where somebody is told which one counts?
-- grain: scalar macro over its number and its file.
-- formula: its number, and its file, where telephone numbers are masked.
-- authority: the handbook, from file to figure: which version is current.
create or replace macro stg.version_words(version, file) as
    ('第' || version || '版（文件“' || stg.masked_phones(file) || '”）');

comment on macro stg.version_words is '一个版本的叫法：第2版（文件“…”）';
