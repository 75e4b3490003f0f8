-- question: which names stand in a cell of firms or places?
-- grain: scalar macro over text; a list, each name once, as written.
-- formula: names are parted by 、 ， ； / or a line break; what brackets hold is one name's, and so are
--   "Co., Ltd" and "A/S". At the end 等, 等5家 and the like are no name. Where nothing is left the cell is one.
-- authority: the handbook, from file to figure: several names in one cell count each.
create or replace macro stg.names(written) as coalesce(
    nullif(
        list_distinct(
            list_filter(
                list_transform(
                    regexp_extract_all(
                        written,
                        '(?:[（(][^（()）]*[）)]'
                        || '|[,，]\s*(?i:co|ltd|inc|llc|llp|limited|corp|corporation|gmbh|plc|pte|s\.a)\b'
                        || '|\b[A-Za-z]/[A-Za-z]\b'
                        || '|[^、，,；;/／\r\n])+'
                    ),
                    lambda name: regexp_replace(
                        trim(name),
                        '\s*等\s*(?:[0-9０-９一二两三四五六七八九十百余多几数]+\s*[家户个名]\S*|企业)?$',
                        ''
                    )
                ),
                lambda name: name <> ''
            )
        ),
        []
    ),
    [written]
);

comment on macro stg.names is '一格里的各个名称：以、，；/或换行分开，括号内不分';
