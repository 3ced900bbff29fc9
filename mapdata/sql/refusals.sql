-- add -- add to the counts of a day; in one order, so that two batches do not wait for each other in a circle
insert into fix_refusal as present (area_id, day, worker_id, source, code, count)
select %(area_id)s, %(day)s, worker_id, source, code, count
from unnest(%(worker_id)s::int[], %(source)s::text[], %(code)s::text[], %(count)s::bigint[])
     as refused (worker_id, source, code, count)
order by worker_id, source, code
on conflict (area_id, day, worker_id, source, code) do update set count = present.count + excluded.count;

-- between -- the counts of some days, the newest day and the largest count first
select day, worker_id, source, code, count from fix_refusal
where area_id = %(area_id)s and day between %(since)s and %(until)s
  and (%(worker_id)s::int is null or worker_id = %(worker_id)s::int)
order by day desc, count desc, worker_id, source, code limit %(limit)s;
