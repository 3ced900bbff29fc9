-- returns_of -- how often departments returned cases they were to lead, and how many were ruled to be theirs; all together last
with returned as (
    select coalesce(t.department_code, w.department_code, '') as code,
           count(*) as returned, count(*) filter (where t.place > 1) as returned_again
    from (select area_id, case_no, worker_id, department_code, ended_at,
                 row_number() over (partition by case_no order by ended_at, task_no) as place
          from task where area_id = %(area_id)s and state = 'returned' and kind = 'lead') t
    left join worker w on w.area_id = t.area_id and w.worker_id = t.worker_id
    where t.ended_at >= %(since)s and t.ended_at < %(until)s
    group by 1
), ruled as (
    select department_code as code, count(*) as ruled
    from routing_draft
    where area_id = %(area_id)s and ruled_at >= %(since)s and ruled_at < %(until)s
    group by 1
), counted as (
    select code, coalesce(returned, 0) as returned, coalesce(returned_again, 0) as returned_again,
           coalesce(ruled, 0) as ruled
    from returned full join ruled using (code)
)
select coalesce(c.code, '') as department_code, grouping(c.code) = 1 as is_total,
       case when grouping(c.code) = 1 then '' else coalesce(max(d.name), '') end as name,
       coalesce(sum(c.returned), 0)::int as returned, coalesce(sum(c.returned_again), 0)::int as returned_again,
       coalesce(sum(c.ruled), 0)::int as ruled
from counted c
left join department d on d.area_id = %(area_id)s and d.code = c.code
group by grouping sets ((c.code), ())
order by grouping(c.code), sum(c.returned) desc, c.code;
