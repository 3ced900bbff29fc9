-- duties_of_town -- the standing duties a town has written itself, in its order
select code, zh, en, todo_zh, todo_en, every, spots, kinds from standing_duty
where area_id = %(area_id)s order by place_no;

-- forget_duties -- take out a town's own duties
delete from standing_duty where area_id = %(area_id)s;

-- add_duty -- one duty of a town's own
insert into standing_duty (area_id, code, place_no, zh, en, todo_zh, todo_en, every, spots, kinds)
values (%(area_id)s, %(code)s, %(place_no)s, %(zh)s, %(en)s, %(todo_zh)s, %(todo_en)s, %(every)s, %(spots)s, %(kinds)s);

-- by_grid -- of each duty and grid how many spots there are, how many were done in this period, how many are overdue:
-- not done in the period before either (what was never done counts from the town's first day); the longest undone
select spot.grid_code, g.name as grid_name, duty.code, count(*)::int as spots,
       count(*) filter (where done.day >= duty.since)::int as done,
       count(*) filter (where coalesce(done.day, %(town_since)s::date) < duty.before)::int as overdue,
       min(done.day) as oldest
from unnest(%(codes)s::text[], %(spots)s::text[], %(kinds)s::text[], %(since)s::date[], %(before)s::date[])
     with ordinality as duty (code, spots, kinds, since, before, place_no)
cross join lateral standing_spots_v1(%(area_id)s, duty.spots, string_to_array(duty.kinds, ' ')) spot
join division g on g.area_id = %(area_id)s and g.code = spot.grid_code and g.level = 'grid' and g.valid_to is null
left join (
    select d.code, d.grid_code, d.spot_id, max((d.done_at at time zone 'Asia/Shanghai')::date) as day
    from standing_done d where d.area_id = %(area_id)s group by d.code, d.grid_code, d.spot_id
) done on done.code = duty.code and done.grid_code = spot.grid_code and done.spot_id = spot.spot_id
where %(grid_codes)s::text[] is null or spot.grid_code = any(%(grid_codes)s::text[])
group by spot.grid_code, g.name, duty.code, duty.place_no order by spot.grid_code, duty.place_no;

-- town_since -- the day the town came to be here
select (created_at at time zone 'Asia/Shanghai')::date as day from area where area_id = %(area_id)s;

-- spots -- of one grid and each duty every spot, with the day it was done last
select duty.code, spot.spot_id, spot.spot_name,
       (select max((d.done_at at time zone 'Asia/Shanghai')::date) from standing_done d
        where d.area_id = %(area_id)s and d.code = duty.code and d.grid_code = spot.grid_code
          and d.spot_id = spot.spot_id) as last_done
from unnest(%(codes)s::text[], %(spots)s::text[], %(kinds)s::text[])
     with ordinality as duty (code, spots, kinds, place_no)
cross join lateral standing_spots_v1(%(area_id)s, duty.spots, string_to_array(duty.kinds, ' ')) spot
where spot.grid_code = %(grid_code)s
order by duty.place_no, last_done nulls first, spot.spot_id;

-- walks -- whether a worker has a grid on the roster today, or since yesterday
select exists (select from roster r
               where r.area_id = %(area_id)s and r.worker_id = %(worker_id)s and r.grid_code = %(grid_code)s
                 and r.on_day between %(today)s::date - 1 and %(today)s) as walks;

-- add_done -- it was done; nothing when this was said before
insert into standing_done (area_id, done_id, code, grid_code, spot_id, worker_id, done_at, said)
values (%(area_id)s, %(done_id)s, %(code)s, %(grid_code)s, %(spot_id)s, %(worker_id)s, %(at)s, %(said)s)
on conflict (area_id, done_id) do nothing;

-- done_of_id -- what was said to be done
select done_id, code, grid_code, spot_id, worker_id, done_at, said from standing_done
where area_id = %(area_id)s and done_id = %(done_id)s;

-- grid -- whether a grid is in force
select code from division where area_id = %(area_id)s and code = %(grid_code)s and level = 'grid' and valid_to is null;

-- grids_of_village -- the grids of a village
select code from division
where area_id = %(area_id)s and parent_code = %(village)s and level = 'grid' and valid_to is null order by code;
