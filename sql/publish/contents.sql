-- What a release holds, told by a number for each relation of `mart` that holds data.
create table release.detail.release_contents (
    relation varchar, report_month date, row_count bigint, row_hashes decimal(38, 0)
);

comment on table release.detail.release_contents is '本次发布的内容：每张表每个月的行数和各行散列之和。主键：relation、report_month（可为空）';

comment on column release.detail.release_contents.relation is '表名';

comment on column release.detail.release_contents.report_month is '月份，当月第一天；不分月份的为空';

comment on column release.detail.release_contents.row_count is '行数';

comment on column release.detail.release_contents.row_hashes is '各行散列之和：各列（时间除外）的文字以U+001F相连（空值为U+001E），取MD5的后八个字节，低位在前';
