-- people -- who is of the town or has left, of those the asker may see: what each has, and to whom it went
select w.worker_id, w.name, w.role, w.is_active, w.grid_code, g.name as grid_name, w.department_code,
       d.name as department_name, duty.duty_id is not null as on_duty,
       (select count(*) from task t
        where t.area_id = w.area_id and t.worker_id = w.worker_id and t.ended_at is null)::int as tasks,
       l.left_at, l.left_by, l.to_worker_id, o.name as to_name
from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) w
left join division g on g.area_id = w.area_id and g.code = w.grid_code and g.valid_to is null
left join department d on d.area_id = w.area_id and d.code = w.department_code
left join open_duty_v1(%(area_id)s) duty on duty.area_id = w.area_id and duty.worker_id = w.worker_id
left join worker_leave l on l.area_id = w.area_id and l.worker_id = w.worker_id and l.undone_at is null
left join worker o on o.area_id = l.area_id and o.worker_id = l.to_worker_id
where w.area_id = %(area_id)s
  and (%(asked)s = '' or w.worker_id::text = %(asked)s or strpos(w.name, %(asked)s) > 0)
  and (%(worker_ids)s::int[] is null or w.worker_id = any(%(worker_ids)s::int[]))
  and (not %(on_duty)s or duty.duty_id is not null)
  and (%(left)s::boolean is null or %(left)s::boolean = (l.leave_id is not null))
order by l.left_at desc nulls last, w.is_active desc, w.worker_id limit %(limit)s;

-- successors -- who may take over from a worker: on duty, of his department where he has one, those without a grid first
select w.worker_id
from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) w
join open_duty_v1(%(area_id)s) duty on duty.area_id = w.area_id and duty.worker_id = w.worker_id
where w.area_id = %(area_id)s and w.is_active and w.worker_id <> %(worker_id)s
  and (%(department)s::text is null or w.department_code = %(department)s::text)
order by (w.grid_code is not null), w.department_code nulls first, w.worker_id limit %(limit)s;
