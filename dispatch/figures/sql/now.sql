-- grid_load -- number of open cases in each grid
select grid_code, count(*) as cases from incident
where area_id = %(area_id)s and grid_code is not null and is_open_v1(state)
group by grid_code;

-- figures_now -- what the strip of the wall shows
select (select count(*) from duty d where d.area_id = %(area_id)s and d.ended_at is null) as on_duty,
       count(*) filter (where stage_v1(i.state) = 'waiting') as waiting,
       count(*) filter (where is_in_hand_v1(i.state)) as in_hand,
       count(*) filter (where stage_v1(i.state) = 'to_verify') as to_verify,
       count(*) filter (where is_overdue_v2(i.next_due_at, %(at)s)) as overdue,
       count(*) filter (where i.reported_at >= %(day_start)s) as reported_today,
       count(*) filter (where i.closed_at >= %(day_start)s) + (
           select count(*) from case_round r
           where r.area_id = %(area_id)s and r.closed_at >= %(day_start)s) as closed_today,
       (select extract(epoch from avg(t.arrived_at - t.sent_at))::float8 from task t
            where t.area_id = %(area_id)s and t.arrived_at >= %(day_start)s) as mean_arrival_s
from incident i
where i.area_id = %(area_id)s and i.reported_at <= %(at)s
  and (i.reported_at >= %(day_start)s or i.closed_at >= %(day_start)s or is_open_v1(i.state));

-- figures_by_hour -- reported, closed, waiting, in hand, on duty and mean way at each of the last hours, the oldest first
select hour.starts,
       (select count(*) from incident i where i.area_id = %(area_id)s
            and i.reported_at >= hour.starts and i.reported_at < hour.ends) as reported,
       (select count(*) from incident i where i.area_id = %(area_id)s
            and i.closed_at >= hour.starts and i.closed_at < hour.ends)
       + (select count(*) from case_round r where r.area_id = %(area_id)s
            and r.closed_at >= hour.starts and r.closed_at < hour.ends) as closed,
       (select count(*) from incident i where i.area_id = %(area_id)s and i.reported_at < hour.ends
            and coalesce(i.dispatched_at, i.closed_at, %(far)s) >= hour.ends
            and is_counted_v1(i.state)) as waiting,
       (select count(*) from incident i where i.area_id = %(area_id)s and i.dispatched_at < hour.ends
            and coalesce(i.handled_at, i.closed_at, %(far)s) >= hour.ends
            and is_counted_v1(i.state)) as in_hand,
       (select count(*) from duty d where d.area_id = %(area_id)s and d.started_at < hour.ends
            and coalesce(d.ended_at, %(far)s) >= hour.ends) as on_duty,
       (select extract(epoch from avg(t.arrived_at - t.sent_at))::float8 from task t
            where t.area_id = %(area_id)s and t.arrived_at >= hour.starts and t.arrived_at < hour.ends)
            as mean_arrival_s
from (
    select starts, least(starts + interval '1 hour', %(at)s) as ends
    from generate_series(%(first_hour)s::timestamptz, %(at)s::timestamptz, interval '1 hour') as starts
) hour
order by hour.starts;
