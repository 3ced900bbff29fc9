-- figures_by -- the measures of a period, added up by one dimension
select coalesce(case %(by)s
           when 'type' then m.type_code when 'class' then left(m.type_code, 2) when 'grid' then m.grid_code
           when 'village' then m.village_code when 'department' then m.department_code
           when 'source' then m.source_channel when 'priority' then m.priority
           when 'day' then to_char(m.reported_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')
           when 'hour' then to_char(m.reported_at at time zone 'Asia/Shanghai', 'HH24') end, '') as key,
       count(*) filter (where reported) as reported, count(*) filter (where accepted) as accepted,
       count(*) filter (where due) as due, count(*) filter (where handled) as handled,
       count(*) filter (where on_time) as on_time, count(*) filter (where late) as late,
       count(*) filter (where overdue) as overdue, count(*) filter (where closed) as closed,
       count(*) filter (where reworked) as reworked, count(*) filter (where open) as open,
       percentile_cont(0.5) within group (order by arrive_s) as arrive_median_s,
       percentile_cont(0.9) within group (order by arrive_s) as arrive_p90_s,
       percentile_cont(0.5) within group (order by handle_s) as handle_median_s,
       percentile_cont(0.9) within group (order by handle_s) as handle_p90_s
from case_measures_v1(%(area_id)s, %(since)s, %(until)s, %(now)s) m
where %(by)s not in ('day', 'hour') or m.reported
group by 1 order by 1;

-- figures_total -- the measures of a period, all together
select '' as key,
       count(*) filter (where reported) as reported, count(*) filter (where accepted) as accepted,
       count(*) filter (where due) as due, count(*) filter (where handled) as handled,
       count(*) filter (where on_time) as on_time, count(*) filter (where late) as late,
       count(*) filter (where overdue) as overdue, count(*) filter (where closed) as closed,
       count(*) filter (where reworked) as reworked, count(*) filter (where open) as open,
       percentile_cont(0.5) within group (order by arrive_s) as arrive_median_s,
       percentile_cont(0.9) within group (order by arrive_s) as arrive_p90_s,
       percentile_cont(0.5) within group (order by handle_s) as handle_median_s,
       percentile_cont(0.9) within group (order by handle_s) as handle_p90_s
from case_measures_v1(%(area_id)s, %(since)s, %(until)s, %(now)s);

-- cases_of_figure -- the numbers of the cases behind one figure, those the asker may know of
select m.case_no
from case_measures_v1(%(area_id)s, %(since)s, %(until)s, %(now)s) m
join readable_cases_v2(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s) i
  on i.case_no = m.case_no
where (%(by)s = 'total' or coalesce(case %(by)s
           when 'type' then m.type_code when 'class' then left(m.type_code, 2) when 'grid' then m.grid_code
           when 'village' then m.village_code when 'department' then m.department_code
           when 'source' then m.source_channel when 'priority' then m.priority
           when 'day' then to_char(m.reported_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')
           when 'hour' then to_char(m.reported_at at time zone 'Asia/Shanghai', 'HH24') end, '') = %(key)s)
  and (%(by)s not in ('day', 'hour') or m.reported)
  and case %(measure)s
          when 'reported' then m.reported when 'accepted' then m.accepted when 'due' then m.due
          when 'handled' then m.handled when 'on_time' then m.on_time when 'late' then m.late
          when 'overdue' then m.overdue when 'closed' then m.closed when 'reworked' then m.reworked
          when 'open' then m.open end
order by length(m.case_no), m.case_no limit %(limit)s;

-- names_of_divisions -- names of grids and villages, the newest of each code
select distinct on (code) code, name from division
where area_id = %(area_id)s and level in ('grid', 'village') order by code, valid_from desc;

-- names_of_departments -- names of the departments
select code, name from department where area_id = %(area_id)s;
