-- What the steps have laid out is gone; where nothing is asked about the first alone has been taken.
drop view if exists rows_near;
drop view if exists recorded_rows;
drop table if exists turned_back_rows;
drop table if exists open_findings;
drop table if exists findings_without_row;
drop table if exists wrong_cells;
drop table if exists figures_of_year;
drop table if exists asked_rows;
drop table if exists still_left_out;
drop table if exists weighed_rows;
drop table if exists effects_of_rows;
drop table if exists effects_of_files;
drop table if exists effects_of_absent;
