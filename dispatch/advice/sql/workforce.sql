-- workforce -- active workers, those asked for or all, with duty, newest believable fix and the case of the active task
select worker.worker_id, worker.name, worker.phone, worker.role, worker.grid_code, worker.department_code,
       worker.skills, worker.mode, worker.shift, duty.status as duty_status,
       task.task_id is not null as is_assigned, task.arrived_at is not null as has_arrived,
       st_x(latest.geom) as lon, st_y(latest.geom) as lat, latest.recorded_at,
       latest.accuracy_m, latest.heading_deg, latest.speed_mps, latest.battery_pct,
       task.case_no as open_case_no, worker.card_from, worker.card_to
from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
left join open_duty_v1(%(area_id)s) duty on duty.area_id = worker.area_id and duty.worker_id = worker.worker_id
left join position_latest as latest on latest.area_id = worker.area_id and latest.worker_id = worker.worker_id
left join task on task.area_id = worker.area_id and task.worker_id = worker.worker_id and is_active_task_v1(task.state)
where worker.area_id = %(area_id)s and worker.is_active
  and (%(worker_ids)s::int[] is null or worker.worker_id = any(%(worker_ids)s::int[]))
order by worker.worker_id;

-- nearest_seen -- who was last seen nearest to a point, so many of them; nearest in degrees, as the index is
select latest.worker_id
from position_latest as latest
join readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
    on worker.area_id = latest.area_id and worker.worker_id = latest.worker_id
where latest.area_id = %(area_id)s and worker.is_active
order by latest.geom <-> st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326) limit %(count)s;

-- seen_within -- who was last seen within the box of their way of moving, a box for each; who of them is able
select latest.worker_id
from unnest(%(modes)s::text[], %(west)s::float8[], %(south)s::float8[], %(east)s::float8[], %(north)s::float8[])
     as reach (mode, west, south, east, north)
join position_latest as latest
    on latest.area_id = %(area_id)s
   and latest.geom && st_makeenvelope(reach.west, reach.south, reach.east, reach.north, 4326)
join readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
    on worker.area_id = latest.area_id and worker.worker_id = latest.worker_id and worker.mode = reach.mode
where worker.area_id = %(area_id)s and worker.is_active
  and (%(skills)s::text[] is null or worker.skills && %(skills)s::text[] or worker.department_code = any(%(units)s::text[]));

-- states_on_duty -- how many workers on duty are in each state: what the duty says, case, a fix since a moment or none
select duty.status as duty_status, task.task_id is not null as is_assigned,
       task.arrived_at is not null as has_arrived,
       coalesce(latest.recorded_at >= %(fresh_since)s, false) as is_fresh, count(*)::integer as count
from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
join open_duty_v1(%(area_id)s) duty on duty.area_id = worker.area_id and duty.worker_id = worker.worker_id
left join position_latest as latest on latest.area_id = worker.area_id and latest.worker_id = worker.worker_id
left join task on task.area_id = worker.area_id and task.worker_id = worker.worker_id and is_active_task_v1(task.state)
where worker.area_id = %(area_id)s and worker.is_active
group by 1, 2, 3, 4;

-- departments_of_workers -- which department each of these belongs to
select worker_id, department_code from worker
where area_id = %(area_id)s and worker_id = any(%(worker_ids)s);

-- on_the_map -- what a live frame tells of every worker on duty that was ever seen
select worker.worker_id, round(st_x(latest.geom) * 1e6)::int, round(st_y(latest.geom) * 1e6)::int,
       latest.heading_deg, extract(epoch from latest.recorded_at)::float8, duty.status,
       task.task_id is not null, task.arrived_at is not null
from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
join open_duty_v1(%(area_id)s) duty on duty.area_id = worker.area_id and duty.worker_id = worker.worker_id
join position_latest as latest on latest.area_id = worker.area_id and latest.worker_id = worker.worker_id
left join task on task.area_id = worker.area_id and task.worker_id = worker.worker_id and is_active_task_v1(task.state)
where worker.area_id = %(area_id)s and worker.is_active
order by worker.worker_id;

-- phone -- the phone of a worker
select phone from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker where area_id = %(area_id)s and worker_id = %(worker_id)s;
