-- question: which names stand in a cell of firms or places?
-- grain: scalar macro over text; a list, each name once, as written.
-- formula: names are parted by 、 ， ； / or a line break; what brackets hold is one name's, and so are
--   "Co., Ltd" and "A/S". What numbers the names is none, nor is 等, 等5家 and the like at the end.
--   Where nothing is left the cell is one.
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
                        regexp_replace(trim(name), '^(?:[（(]?[0-9０-９]{1,2}[）)]|[0-9０-９]{1,2}[.．])\s*([^0-9])', '\1'),
                        '\s*等\s*(?:[0-9０-９一二两三四五六七八九十百余多几数]+\s*[家户个名]\S*|企业)?$',
                        ''
                    )
                ),
                lambda name: not regexp_full_match(
                    name, '|[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3}'
                )
            )
        ),
        []
    ),
    [written]
);

comment on macro stg.names is '一格里的各个名称：以、，；/或换行分开，括号内不分';
