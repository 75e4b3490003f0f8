-- The rules across files are asked anew, of whatever is current now.
delete from core.findings where is_cross;
update core.submissions set is_overruled = false;
