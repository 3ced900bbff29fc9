-- Roles of villages and of the county: an account may be one of a village, and the predicate knows villages and levels.

alter table account add column village_code text;
comment on column account.village_code is 'the village whose cases a village''s account reads; a grid leader''s is that of his grid';
alter table api_token add column village_code text;

create function readable_cases_v3(
    p_area_id integer, p_all boolean, p_account text, p_worker_id integer, p_department_code text,
    p_village_code text, p_from_level integer
) returns setof incident language sql stable as $$
    select i.* from incident i
    where i.area_id = p_area_id
      and (p_all or i.reported_by = p_account or i.department_code = p_department_code
           or i.village_code = p_village_code or i.level >= p_from_level
           or i.grid_code = (select w.grid_code from worker w
                             where w.area_id = p_area_id and w.worker_id = p_worker_id)
           or exists (select from task t
                      where t.area_id = p_area_id and t.case_no = i.case_no
                        and (t.worker_id = p_worker_id or t.department_code = p_department_code)))
$$;
comment on function readable_cases_v3 is
    'own cases: reported by the account, of its department, its village or its worker''s grid, as high up the ladder, or once given to its worker or department';

alter table worker drop constraint worker_role_check;
alter table worker add constraint worker_role_check check (role in (
    'grid_worker', 'parttime_worker', 'micro_leader', 'grid_leader', 'grid_mentor', 'dept_handler', 'dept_leader'));
