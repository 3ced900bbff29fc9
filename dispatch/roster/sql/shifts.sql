-- shifts_of_town -- the shifts a town has written itself
select shift, zh, en, begins, ends, grid, operator, shift_leader from shift where area_id = %(area_id)s;

-- forget_shifts -- take out a town's own shifts
delete from shift where area_id = %(area_id)s;

-- add_shift -- one shift of a town's own
insert into shift (area_id, shift, zh, en, begins, ends, grid, operator, shift_leader)
values (%(area_id)s, %(shift)s, %(zh)s, %(en)s, %(begins)s, %(ends)s, %(grid)s, %(operator)s, %(shift_leader)s);
