-- question: how does a text stand in half-width letters, digits and marks?
-- grain: scalar macro over text.
-- formula: full-width letters, digits and marks, and Chinese square brackets, by their half-width
--   ones. Most texts have none, and to translate is dear: they are left as they are.
-- authority: the handbook, firms visited: organisations are counted by their normalised name.
create or replace macro stg.half_width(written) as if(
    regexp_matches(written, '[！-～【】〔〕]'),
    translate(
        written,
        'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９（）－＆．，／＋【】〔〕［］',
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789()-&.,/+[][][]'
    ),
    written
);

comment on macro stg.half_width is '全角字母、数字、标点化半角';
