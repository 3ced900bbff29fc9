-- fixes -- every fix of some workers (or of all) in a period, one row a worker, columns in the order of time
select worker.worker_id, worker.name, worker.grid_code,
       array_agg(extract(epoch from position.recorded_at)::float8 order by position.recorded_at) as t_s,
       array_agg(st_x(position.geom) order by position.recorded_at) as lon,
       array_agg(st_y(position.geom) order by position.recorded_at) as lat,
       array_agg(position.flags = '{}' order by position.recorded_at) as believed
from position join worker using (area_id, worker_id)
where position.area_id = %(area_id)s and position.recorded_at >= %(since)s and position.recorded_at < %(until)s
  and (%(worker_ids)s::int[] is null or position.worker_id = any(%(worker_ids)s))
group by worker.worker_id, worker.name, worker.grid_code
order by worker.worker_id;
