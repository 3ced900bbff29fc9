-- add_swap -- somebody asks another to change shifts; nothing when it was asked before
insert into roster_swap (area_id, swap_id, on_day, shift, worker_id, other_day, other_shift, other_id, asked_at)
values (%(area_id)s, %(swap_id)s, %(on_day)s, %(shift)s, %(worker_id)s, %(other_day)s, %(other_shift)s, %(other_id)s,
        %(at)s)
on conflict (area_id, swap_id) do nothing;

-- swap_of_id -- one swap, its row held until the end of the transaction
select swap_id, on_day, shift, worker_id, other_day, other_shift, other_id, asked_at, agreed_at, ended_at, ended_by,
       is_made
from roster_swap where area_id = %(area_id)s and swap_id = %(swap_id)s for update;

-- open_swaps -- the swaps nobody has ended, whose either worker the asker may see, the oldest first
select s.swap_id, s.on_day, s.shift, s.worker_id, s.other_day, s.other_shift, s.other_id, s.asked_at, s.agreed_at,
       s.ended_at, s.ended_by, s.is_made, w.name, o.name as other_name
from roster_swap s
left join readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) w
    on w.area_id = s.area_id and w.worker_id = s.worker_id
left join readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) o
    on o.area_id = s.area_id and o.worker_id = s.other_id
where s.area_id = %(area_id)s and s.ended_at is null and s.on_day >= %(today)s and s.other_day >= %(today)s
  and (w.worker_id is not null or o.worker_id is not null)
order by s.asked_at, s.swap_id;

-- agree -- the other one agrees
update roster_swap set agreed_at = %(at)s where area_id = %(area_id)s and swap_id = %(swap_id)s and agreed_at is null;

-- end_swap -- it is made, or refused
update roster_swap set ended_at = %(at)s, ended_by = %(by)s, is_made = %(is_made)s
where area_id = %(area_id)s and swap_id = %(swap_id)s;

-- speaks_for -- of which department and grid a worker is: decides who speaks for whom
select worker_id, department_code, grid_code from worker where area_id = %(area_id)s and worker_id = %(worker_id)s;
