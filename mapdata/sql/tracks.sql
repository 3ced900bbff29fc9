-- fixes -- every fix of some workers (or of all) in a period, one row a worker; columns as bytes, in no order of time
-- One value a column and worker instead of a row a fix: a day of a town is over a hundred thousand fixes, and a driver
-- that makes a Python object of each number takes longer than the query. All aggregates run over the same rows in the
-- same order, whatever it is, so the n-th value of each column is of the same fix. The reader sorts its arrays.
select worker.worker_id, worker.name, worker.grid_code, seen.t_us, seen.lon, seen.lat, seen.believed
from readable_workers_v1(%(area_id)s, %(every_worker)s, %(own_worker)s::int, %(own_department)s) worker
join (
    select worker_id,
           string_agg(timestamptz_send(recorded_at), ''::bytea) as t_us,
           string_agg(float8send(st_x(geom)), ''::bytea) as lon,
           string_agg(float8send(st_y(geom)), ''::bytea) as lat,
           -- flagged fixes come too: they are not drawn, but how many they are is shown
           string_agg(boolsend(flags = '{}'), ''::bytea) as believed
    from position
    -- the period is on the column of the partitions, so that other days are not opened
    where area_id = %(area_id)s and recorded_at >= %(since)s and recorded_at < %(until)s
      and (%(worker_ids)s::int[] is null or worker_id = any(%(worker_ids)s))
    group by worker_id
) seen using (worker_id)
where worker.area_id = %(area_id)s
order by worker.worker_id;
