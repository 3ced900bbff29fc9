-- figures -- how often each measure counts in a period by one dimension, and the seconds it took
-- Only arrivals and handlings took time: apart from the counts, or every event would be sorted for their percentiles.
with counted as materialized (
    select key, measure, took_s
    from counted_events_v2(%(area_id)s, %(since)s, %(until)s, %(now)s, %(by)s)
), often as (
    select key, measure, count(*) as events from counted group by key, measure
), taken as (
    select key, measure, percentile_cont(array[0.5, 0.9]) within group (order by took_s) as spans_s
    from counted where took_s is not null group by key, measure
)
select often.key, often.measure, often.events, taken.spans_s[1] as median_s, taken.spans_s[2] as p90_s
from often left join taken on taken.key = often.key and taken.measure = often.measure
order by often.key;

-- cases_of_figure -- the numbers of the cases behind one figure, those the asker may know of
select i.case_no
from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) i
where i.area_id = %(area_id)s and i.case_no in (
    select event.case_no
    from counted_events_v2(%(area_id)s, %(since)s, %(until)s, %(now)s, %(by)s) event
    where event.measure = %(measure)s and event.key = %(key)s)
order by length(i.case_no), i.case_no limit %(limit)s;

-- names_of_divisions -- names of grids and villages, the newest of each code
select distinct on (code) code, name from division
where area_id = %(area_id)s and level in ('grid', 'village') order by code, valid_from desc;

-- names_of_departments -- names of the departments
select code, name from department where area_id = %(area_id)s;

-- clocks_ended -- how many clocks of each stage were kept and missed, by when they ended
select stage, count(*) filter (where state = 'kept') as kept, count(*) filter (where state = 'missed') as missed
from clock
where area_id = %(area_id)s and ended_at >= %(since)s and ended_at < %(until)s and state <> 'void'
group by stage;
