-- cases_open_in_period -- the cases that were open at some time of a period, with every change of their state
select i.case_no, i.type_code, i.priority, st_x(i.geom) as lon, st_y(i.geom) as lat, i.reported_at, i.grid_code,
       lines.times, lines.states, coalesce(sent.workers, '{}') as workers
from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) i
cross join lateral (
    select array_agg(extract(epoch from l.at)::float8 order by l.line_no) as times,
           array_agg(l.to_state order by l.line_no) as states
    from incident_log l
    where l.area_id = i.area_id and l.case_no = i.case_no and (l.from_state is distinct from l.to_state)
) lines
left join lateral (
    select array_agg(distinct t.worker_id) as workers from task t
    where t.area_id = i.area_id and t.case_no = i.case_no and t.worker_id is not null and t.sent_at is not null
) sent on true
where i.area_id = %(area_id)s and i.reported_at < %(until)s
  and (i.closed_at is null or i.closed_at >= %(since)s)
  and (is_open_v1(i.state) or i.updated_at >= %(since)s)
  and (%(case_no)s::text is null or i.case_no = %(case_no)s)
order by i.reported_at limit %(limit)s;
