-- able_nearest -- free workers on duty with one of these skills or of these departments, so many last seen nearest
select worker.worker_id
from position_latest as latest
join readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
    on worker.area_id = latest.area_id and worker.worker_id = latest.worker_id
where latest.area_id = %(area_id)s and worker.is_active
  and (worker.skills && %(skills)s::text[] or worker.department_code = any(%(units)s::text[]))
  and exists (select from duty where duty.area_id = worker.area_id and duty.worker_id = worker.worker_id
              and duty.ended_at is null)
  and not exists (select from task where task.area_id = worker.area_id
                  and task.worker_id = worker.worker_id and is_active_task_v1(task.state))
order by latest.geom <-> st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326), worker.worker_id
limit %(count)s;

-- abilities_of_others -- what the active workers can who are not among these, and whether any such is on duty
select worker.skills, worker.department_code, bool_or(duty.duty_id is not null) as on_duty,
       coalesce(%(on)s::date between worker.card_from and worker.card_to, false) as has_card
from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
left join duty on duty.area_id = worker.area_id and duty.worker_id = worker.worker_id and duty.ended_at is null
where worker.area_id = %(area_id)s and worker.is_active and worker.worker_id <> all(%(worker_ids)s::int[])
group by worker.skills, worker.department_code, 4;

-- on_lighter_cases -- who is sent to a case lighter than this priority, and how far he has come with it
select task.worker_id, incident.case_no, incident.priority, task.state
from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) incident
join task on task.area_id = incident.area_id and task.case_no = incident.case_no
         and task.worker_id is not null and is_active_task_v1(task.state)
where incident.area_id = %(area_id)s and incident.priority > %(priority)s and incident.case_no <> %(case_no)s
order by task.worker_id;
