-- question: what is said of a version that is not taken while another one of its return counts?
-- grain: scalar macro over the number and the file of the one that counts.
-- formula: which one is taken still.
-- authority: the handbook, from file to figure: which version is current.
create or replace macro stg.kept_words(version, file) as
    ('现采用的仍是' || stg.version_words(version, file) || '。');

comment on macro stg.kept_words is '一版没有采用时，说明现采用的是哪一版';
