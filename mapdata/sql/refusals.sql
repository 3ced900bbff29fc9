-- count -- add to the counts of a day, one statement for a whole batch
insert into fix_refusal as counted (area_id, day, worker_id, code, fixes, last_at)
select %(area_id)s, %(day)s, worker_id, code, fixes, %(at)s
from unnest(%(worker_id)s::int[], %(code)s::text[], %(fixes)s::int[]) as refused (worker_id, code, fixes)
on conflict (area_id, day, worker_id, code) do update
    set fixes = counted.fixes + excluded.fixes, last_at = greatest(counted.last_at, excluded.last_at);

-- of_day -- what was refused on a day, of one worker or of all, the most first
select day, worker_id, code, fixes, last_at from fix_refusal
where area_id = %(area_id)s and day = %(day)s and (%(worker_id)s::int is null or worker_id = %(worker_id)s::int)
order by fixes desc, worker_id, code limit 500;
