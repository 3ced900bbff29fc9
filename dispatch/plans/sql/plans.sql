-- steps_of_town -- the steps of a town's own plans for these prefixes, in order
select type_prefix, step_no, kind, who, zh, en from plan_step
where area_id = %(area_id)s and type_prefix = any(%(prefixes)s) order by type_prefix, step_no;

-- prefixes_of_town -- the prefixes a town has written plans for itself
select distinct type_prefix from plan_step where area_id = %(area_id)s order by type_prefix;

-- forget_plan -- take out a town's own plan
delete from plan_step where area_id = %(area_id)s and type_prefix = %(prefix)s;

-- add_step -- one step of a town's own plan
insert into plan_step (area_id, type_prefix, step_no, kind, who, zh, en)
values (%(area_id)s, %(prefix)s, %(step_no)s, %(kind)s, %(who)s, %(zh)s, %(en)s);

-- known_departments -- of these codes those the town has
select code from department where area_id = %(area_id)s and code = any(%(codes)s);

-- taken_plan -- which plan was taken for a case, by whom and when
select type_prefix, taken_by, taken_at from case_plan where area_id = %(area_id)s and case_no = %(case_no)s;

-- taken_steps -- the steps of the plan that was taken for a case, in order
select step_no, kind, who, zh, en, ticked_by, ticked_at, said from case_plan_step
where area_id = %(area_id)s and case_no = %(case_no)s order by step_no;

-- take_plan -- keep that a plan was taken
insert into case_plan (area_id, case_no, type_prefix, taken_by, taken_at)
values (%(area_id)s, %(case_no)s, %(prefix)s, %(by)s, %(at)s);

-- take_step -- one step of it, as it is now
insert into case_plan_step (area_id, case_no, step_no, kind, who, zh, en)
values (%(area_id)s, %(case_no)s, %(step_no)s, %(kind)s, %(who)s, %(zh)s, %(en)s);

-- tick_step -- somebody has done it
update case_plan_step set ticked_by = %(by)s, ticked_at = %(at)s, said = %(said)s
where area_id = %(area_id)s and case_no = %(case_no)s and step_no = %(step_no)s;
