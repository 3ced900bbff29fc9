-- Who may read which cases and which workers: the one predicate of every statement that shows some.
-- A single "select" in SQL, not strict and not volatile: the planner takes it apart and uses the tables' indexes as if
-- the conditions stood in the statement. Without "all" and without anybody's own things nothing is readable.
create function readable_cases_v1(
    p_area_id integer, p_all boolean, p_account text, p_worker_id integer, p_department_code text
) returns setof incident language sql stable as $$
    select i.* from incident i
    where i.area_id = p_area_id
      and (p_all or i.reported_by = p_account or i.department_code = p_department_code
           or i.grid_code = (select w.grid_code from worker w
                             where w.area_id = p_area_id and w.worker_id = p_worker_id)
           or exists (select from assignment a
                      where a.area_id = p_area_id and a.case_no = i.case_no and a.worker_id = p_worker_id))
$$;
comment on function readable_cases_v1 is
    'own cases: reported by the account, of its department, of its worker''s grid, or once sent to its worker';

create function readable_workers_v1(
    p_area_id integer, p_all boolean, p_worker_id integer, p_department_code text
) returns setof worker language sql stable as $$
    select w.* from worker w
    where w.area_id = p_area_id
      and (p_all or w.worker_id = p_worker_id or w.department_code = p_department_code)
$$;
comment on function readable_workers_v1 is
    'where somebody is or went, and who: everybody, or one''s own department, or oneself';
