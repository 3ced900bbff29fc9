-- fixes -- every fix of some workers (or of all) in a period, one row a worker; columns as bytes, in no order of time
select worker.worker_id, worker.name, worker.grid_code, seen.t_us, seen.lon, seen.lat, seen.believed
from worker join (
    select worker_id,
           string_agg(timestamptz_send(recorded_at), ''::bytea) as t_us,
           string_agg(float8send(st_x(geom)), ''::bytea) as lon,
           string_agg(float8send(st_y(geom)), ''::bytea) as lat,
           string_agg(boolsend(flags = '{}'), ''::bytea) as believed
    from position
    where area_id = %(area_id)s and recorded_at >= %(since)s and recorded_at < %(until)s
      and (%(worker_ids)s::int[] is null or worker_id = any(%(worker_ids)s))
    group by worker_id
) seen using (worker_id)
where worker.area_id = %(area_id)s
order by worker.worker_id;
