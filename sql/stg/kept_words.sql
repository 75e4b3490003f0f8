-- question: what is said of a version that is not taken while another one of its return counts?
-- grain: scalar macro over the number and the file of the one that counts.
-- formula: that it is not taken, and which one is.
-- authority: the handbook, from file to figure: which version is current.
create or replace macro stg.kept_words(version, file) as
    ('本表没有采用，现采用的仍是' || stg.version_words(version, file) || '。');

comment on macro stg.kept_words is '没有采用的版本，说明现采用的是哪一版';
