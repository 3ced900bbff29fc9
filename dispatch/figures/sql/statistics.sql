-- figures -- how often each measure counts in a period by one dimension, and the seconds it took
-- Counted and timed apart: a percentile sorts what it is taken of, and most events take no time.
with event as materialized (
    select key, measure, took_s from counted_events_v1(%(area_id)s, %(since)s, %(until)s, %(now)s, %(by)s)
), timed as (
    select key collate "C" as key, measure collate "C" as measure,
           percentile_cont(0.5) within group (order by took_s) as median_s,
           percentile_cont(0.9) within group (order by took_s) as p90_s
    from event where took_s is not null group by 1, 2
)
select counted.key, counted.measure, counted.events, timed.median_s, timed.p90_s
from (select key, measure, count(*) as events from event group by key, measure) counted
left join timed on timed.key = counted.key and timed.measure = counted.measure
order by counted.key;

-- cases_of_figure -- the numbers of the cases behind one figure, those the asker may know of
select i.case_no
from readable_cases_v2(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s) i
where i.area_id = %(area_id)s and i.case_no in (
    select event.case_no
    from counted_events_v1(%(area_id)s, %(since)s, %(until)s, %(now)s, %(by)s) event
    where event.measure = %(measure)s and event.key = %(key)s)
order by length(i.case_no), i.case_no limit %(limit)s;

-- names_of_divisions -- names of grids and villages, the newest of each code
select distinct on (code) code, name from division
where area_id = %(area_id)s and level in ('grid', 'village') order by code, valid_from desc;

-- names_of_departments -- names of the departments
select code, name from department where area_id = %(area_id)s;
