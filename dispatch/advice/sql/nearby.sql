-- cases_around -- other cases in the circle, open or reported since a day: the open ones first, then the nearest
select case_no, type_code, priority, state, reported_at, lon, lat, distance_m, is_open, count(*) over () as total,
    count(*) filter (where distance_m <= %(same_place_m)s) over () as same_place,
    count(*) filter (where distance_m <= %(same_place_m)s and type_code = %(type_code)s) over () as same_kind
from (
    select case_no, type_code, priority, state, reported_at, st_x(geom) as lon, st_y(geom) as lat,
        metres_between_v1(st_x(geom), st_y(geom), %(lon)s, %(lat)s) as distance_m,
        is_open_v1(state) as is_open
    from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) incident
    where area_id = %(area_id)s and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
        and case_no <> %(case_no)s
        and (reported_at >= %(since)s or is_open_v1(state))
) boxed
where distance_m <= %(radius_m)s
order by is_open desc, distance_m, length(case_no), case_no
limit %(limit)s;
