-- lock_roster -- whoever changes the roster or the shifts of a town waits for whoever does so now
select pg_advisory_xact_lock(hashtext('roster'), %(area_id)s);

-- lines -- who stands on the roster between two days, of those the asker may see, and who of them is on duty now
select r.on_day, r.shift, r.worker_id, w.name, r.post, r.grid_code, r.instead_of, duty.duty_id is not null as on_duty
from roster r
join readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) w
    on w.area_id = r.area_id and w.worker_id = r.worker_id and w.is_active
left join open_duty_v1(%(area_id)s) duty on duty.area_id = r.area_id and duty.worker_id = r.worker_id
where r.area_id = %(area_id)s and r.on_day between %(first)s and %(last)s
order by r.on_day, r.shift, r.post, r.grid_code, r.worker_id;

-- held -- the lines from a day on, to a day or all, of these workers or all
select on_day, shift, worker_id, post, grid_code, instead_of from roster
where area_id = %(area_id)s and on_day >= %(first)s and (%(last)s::date is null or on_day <= %(last)s::date)
  and (%(worker_ids)s::int[] is null or worker_id = any(%(worker_ids)s::int[]))
order by worker_id, on_day, shift;

-- who_is_asked -- of these workers those who are of the town, with whether still there
select worker_id, role from worker
where area_id = %(area_id)s and worker_id = any(%(worker_ids)s) and is_active;

-- grids -- the grids of the town that are in force
select code from division where area_id = %(area_id)s and level = 'grid' and valid_to is null order by code;

-- put -- these lines stand on the roster, in place of what each worker had in that shift
insert into roster (area_id, on_day, shift, worker_id, post, grid_code, instead_of)
select %(area_id)s, line.* from unnest(%(days)s::date[], %(shifts)s::text[], %(worker_ids)s::int[], %(posts)s::text[],
                                       %(grid_codes)s::text[], %(instead)s::int[]) line
on conflict (area_id, on_day, shift, worker_id)
do update set post = excluded.post, grid_code = excluded.grid_code, instead_of = excluded.instead_of;

-- take_off -- a line stands on the roster no more
delete from roster
where area_id = %(area_id)s and on_day = %(day)s and shift = %(shift)s and worker_id = %(worker_id)s
returning on_day, shift, worker_id, post, grid_code, instead_of;

-- gaps -- where fewer stand on the roster than are needed: by day, shift and post, of the grids each by itself
with needed as (
    select d.on_day::date, n.shift, n.post, n.needed, g.code as grid_code
    from generate_series(%(first)s::date, %(last)s::date, interval '1 day') d (on_day)
    cross join unnest(%(shifts)s::text[], %(posts)s::text[], %(needed)s::int[]) n (shift, post, needed)
    left join division g
        on g.area_id = %(area_id)s and n.post = 'grid' and g.level = 'grid' and g.valid_to is null
    where n.post <> 'grid' or g.code is not null
)
select n.on_day, n.shift, n.post, n.grid_code, n.needed, count(w.worker_id)::int as there
from needed n
left join roster r
    on r.area_id = %(area_id)s and r.on_day = n.on_day and r.shift = n.shift and r.post = n.post
   and r.grid_code is not distinct from n.grid_code
left join worker w on w.area_id = r.area_id and w.worker_id = r.worker_id and w.is_active
group by n.on_day, n.shift, n.post, n.grid_code, n.needed
having count(w.worker_id) < n.needed
order by n.on_day, n.shift, n.post, n.grid_code;

-- take_all_off -- a worker stands on the roster no more from a day on
delete from roster where area_id = %(area_id)s and worker_id = %(worker_id)s and on_day >= %(today)s;

-- hand_back -- what somebody took over of a worker from a day on is the worker's again
update roster set worker_id = %(worker_id)s, instead_of = null
where area_id = %(area_id)s and worker_id = %(to)s and instead_of = %(worker_id)s and on_day >= %(today)s;

-- people -- whom the asker may put on the roster: who is of the town, who walks before the others
select w.worker_id, w.name, w.role, w.grid_code
from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) w
where w.area_id = %(area_id)s and w.is_active order by w.grid_code nulls last, w.worker_id;

-- grid_names -- the grids of the town that are in force, with what they are called
select code, name from division where area_id = %(area_id)s and level = 'grid' and valid_to is null order by code;
