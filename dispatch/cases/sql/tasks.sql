-- lock_verbs -- let the verbs of a town come one after the other until the transaction ends
select pg_advisory_xact_lock(hashtext('cases'), %(area_id)s);

-- tasks_of_cases -- the tasks of these cases in the order they were made, with their addressees' names
select t.area_id, t.task_id, t.case_no, t.task_no, t.kind, t.is_required, t.worker_id, t.department_code,
       t.parent_task_id, t.state, t.suggestion_id, t.created_by, t.created_at, t.sent_at, t.signed_at, t.signed_by,
       t.set_out_at, t.arrived_at, t.started_at, t.done_at, t.failed_at, t.ended_at, t.ended_by, t.outcome,
       coalesce(w.name, d.name, '') as name, w.department_code as worker_department, w.grid_code as worker_grid,
       i.village_code, t.whistle_id, h.meet_at, coalesce(h.place_text, '') as meet_place, st_x(h.geom) as meet_lon,
       st_y(h.geom) as meet_lat
from task t
join incident i on i.area_id = t.area_id and i.case_no = t.case_no
left join worker w on w.area_id = t.area_id and w.worker_id = t.worker_id
left join department d on d.area_id = t.area_id and d.code = t.department_code
left join whistle h on h.area_id = t.area_id and h.whistle_id = t.whistle_id
where t.area_id = %(area_id)s and t.case_no = any(%(case_nos)s)
order by t.case_no, t.task_no;

-- add_task -- one more task of a case, with the next number
insert into task (area_id, task_id, case_no, task_no, kind, is_required, worker_id, department_code, parent_task_id,
    state, suggestion_id, created_by, created_at, sent_at, whistle_id)
select %(area_id)s, %(task_id)s, %(case_no)s, coalesce(max(task_no), 0) + 1, %(kind)s, %(is_required)s, %(worker_id)s,
    %(department_code)s, %(parent_task_id)s, %(state)s, %(suggestion_id)s, %(created_by)s, %(at)s, %(sent_at)s,
    %(whistle_id)s
from task where area_id = %(area_id)s and case_no = %(case_no)s;

-- change_task -- a task after a step
update task set state = %(state)s, sent_at = %(sent_at)s, signed_at = %(signed_at)s, signed_by = %(signed_by)s,
    set_out_at = %(set_out_at)s, arrived_at = %(arrived_at)s, started_at = %(started_at)s, done_at = %(done_at)s,
    failed_at = %(failed_at)s, ended_at = %(ended_at)s, ended_by = %(ended_by)s, outcome = %(outcome)s,
    whistle_id = %(whistle_id)s
where area_id = %(area_id)s and task_id = %(task_id)s;

-- case_of_task -- which case a task belongs to, when the asker may know of it
select t.case_no
from task t
join readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) i
  on i.case_no = t.case_no
where t.area_id = %(area_id)s and t.task_id = %(task_id)s;

-- active_task -- the task that binds a worker: of which case, made by whom, sent when
select case_no, created_by, sent_at from task
where area_id = %(area_id)s and worker_id = %(worker_id)s and is_active_task_v1(state);

-- next_in_queue -- the case whose task has waited longest for a worker that nothing binds
select case_no from task q
where q.area_id = %(area_id)s and q.worker_id = %(worker_id)s and q.state = 'queued'
  and not exists (select from task b
                  where b.area_id = q.area_id and b.worker_id = q.worker_id and is_active_task_v1(b.state))
order by q.created_at, q.case_no limit 1;

-- last_end -- when a worker's last task of a case ended, and who ended it
select ended_at, ended_by from task
where area_id = %(area_id)s and case_no = %(case_no)s and worker_id = %(worker_id)s and ended_at is not null
order by task_no desc limit 1;

-- worker_to_send -- a worker's name and department, whether active and on duty
select w.name, w.department_code, w.is_active,
       exists (select from duty d where d.area_id = w.area_id and d.worker_id = w.worker_id and d.ended_at is null)
           as on_duty
from worker w where w.area_id = %(area_id)s and w.worker_id = %(worker_id)s;

-- department_name -- the name of a department
select name from department where area_id = %(area_id)s and code = %(code)s;

-- advice_of_case -- whether this advice was given for this case
select suggestion_id from suggestion
where area_id = %(area_id)s and suggestion_id = %(suggestion_id)s and case_no = %(case_no)s;

-- worker_and_case -- metres from a point, or from the worker's fresh latest fix, to the case or where they meet
select point.lon, point.lat,
       metres_between_v1(st_x(coalesce(h.geom, i.geom)), st_y(coalesce(h.geom, i.geom)), point.lon, point.lat)
           as distance_m
from incident i
left join whistle h on h.area_id = i.area_id and h.whistle_id = %(whistle_id)s
cross join lateral (
    select %(lon)s::float8 as lon, %(lat)s::float8 as lat where %(lon)s::float8 is not null
    union all
    select st_x(p.geom), st_y(p.geom) from position_latest p
    where p.area_id = i.area_id and p.worker_id = %(worker_id)s and p.recorded_at >= %(fresh_since)s
      and %(lon)s::float8 is null
) point
where i.area_id = %(area_id)s and i.case_no = %(case_no)s;
