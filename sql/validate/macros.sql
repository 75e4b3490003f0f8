-- What the checks say amounts with, and compare keys by.
create or replace temp macro plain_number(number) as
    if(contains(number::varchar, '.'), rtrim(rtrim(number::varchar, '0'), '.'), number::varchar);

create or replace temp macro plain_wan(amount_cny) as
    plain_number((amount_cny * 0.0001::decimal(5, 4))::decimal(38, 8)) || '万元';

-- Where another row stands that a finding names.
create or replace temp macro row_place(file, sheet, excel_row) as
    file || coalesce('“' || nullif(sheet, '') || '”', '') || '第' || excel_row || '行';

-- A row's key as a correction may write it: blanks, the kind of dash and of separator don't matter.
create or replace temp macro plain_key(row_key) as
    regexp_replace(
        translate(stg.name_key(row_key), '‐‑‒–—―⁃−─━﹘', '-----------'), '[/、,;|]+', '/', 'g'
    );
