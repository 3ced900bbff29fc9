-- workforce -- every active worker with duty, newest believable fix and open case; the moment is given
select worker.worker_id, worker.name, worker.phone, worker.role, worker.grid_code, worker.department_code,
       worker.skills, worker.mode, worker.shift,
       case when duty.duty_id is null then 'off_duty'
            when duty.status in ('sos', 'break') then duty.status
            when assignment.arrived_at is not null then 'on_scene'
            when assignment.assignment_id is not null then 'responding'
            when latest.recorded_at is null or latest.recorded_at < %(at)s - interval '300 seconds' then 'offline'
            else duty.status end as status,
       duty.duty_id is not null as on_duty,
       st_x(latest.geom) as lon, st_y(latest.geom) as lat, latest.recorded_at,
       greatest(extract(epoch from %(at)s - latest.recorded_at), 0)::float8 as age_s,
       latest.accuracy_m, latest.heading_deg, latest.speed_mps, latest.battery_pct,
       assignment.case_no as open_case_no
from worker
left join duty on duty.area_id = worker.area_id and duty.worker_id = worker.worker_id and duty.ended_at is null
left join position_latest as latest on latest.area_id = worker.area_id and latest.worker_id = worker.worker_id
left join assignment on assignment.area_id = worker.area_id and assignment.worker_id = worker.worker_id
                    and assignment.ended_at is null
where worker.area_id = %(area_id)s and worker.is_active
order by worker.worker_id;
