-- whistles_answered -- how those called by the whistles of a period answered, by department; all together last
-- In time is by the clock of signing in, which stands while a case is suspended; whom nobody awaits any more counts not.
with called as (
    select w.whistle_id, t.department_code,
           coalesce(t.arrived_at, t.started_at, t.done_at) as came_at, coalesce(c.due_at, w.meet_at) as due_at,
           t.done_at, t.ended_at
    from whistle w
    join task t on t.area_id = w.area_id and t.whistle_id = w.whistle_id
    left join clock c on c.area_id = t.area_id and c.task_id = t.task_id and c.stage = 'meet'
    where w.area_id = %(area_id)s and w.blown_at >= %(since)s and w.blown_at < %(until)s
)
select coalesce(called.department_code, '') as department_code, case when grouping(called.department_code) = 1 then '' else coalesce(max(d.name), '') end as name,
       count(distinct called.whistle_id) as blown, count(called.whistle_id) as called,
       count(*) filter (where called.came_at <= called.due_at) as on_time,
       count(*) filter (where called.came_at > called.due_at) as late,
       count(*) filter (where called.came_at is null and called.ended_at is null and called.due_at < %(now)s) as absent,
       count(called.done_at) as answered
from called
left join department d on d.area_id = %(area_id)s and d.code = called.department_code
group by grouping sets ((called.department_code), ())
order by grouping(called.department_code), count(*) desc, called.department_code;
