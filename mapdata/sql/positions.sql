-- missing_days -- those of the days (in the town's time) that have no partition yet
select day from unnest(%(days)s::date[]) as day where to_regclass('position_' || to_char(day, 'YYYYMMDD')) is null;

-- make_day -- make the partition of one day
select position_day_v1(%(day)s);

-- write_fixes -- write fixes into the history; of two fixes of one second one is kept, whichever came first
with given as (
    select distinct on (worker_id, recorded_at)
           worker_id, recorded_at, duty_id, st_setsrid(st_makepoint(lon, lat), 4326) as geom,
           accuracy_m, speed_mps, heading_deg, battery_pct,
           coalesce(string_to_array(nullif(flags, ''), ','), '{}') as flags, source, datum, given_lon, given_lat
    from unnest(%(worker_id)s::int[], %(recorded_at)s::timestamptz[], %(duty_id)s::uuid[],
                %(lon)s::float8[], %(lat)s::float8[], %(accuracy_m)s::real[], %(speed_mps)s::real[],
                %(heading_deg)s::real[], %(battery_pct)s::smallint[], %(flags)s::text[], %(source)s::text[],
                %(datum)s::text[], %(given_lon)s::float8[], %(given_lat)s::float8[])
         as one (worker_id, recorded_at, duty_id, lon, lat, accuracy_m, speed_mps, heading_deg, battery_pct, flags,
                 source, datum, given_lon, given_lat)
    order by worker_id, recorded_at, flags, coalesce(accuracy_m, 'infinity'), given_lon, given_lat, datum, source,
             coalesce(speed_mps, 'infinity'), coalesce(heading_deg, 'infinity'), coalesce(battery_pct, 101)
), known as (
    select count(*) as count from given cross join lateral (
        select from position
        where area_id = %(area_id)s and worker_id = given.worker_id and recorded_at = given.recorded_at
          and recorded_at between %(since)s and %(until)s offset 0) as one
), written as (
    insert into position as kept (area_id, worker_id, recorded_at, received_at, duty_id, geom, accuracy_m, speed_mps,
                                  heading_deg, battery_pct, flags, source, datum, given_lon, given_lat)
    select %(area_id)s, worker_id, recorded_at, %(received_at)s, duty_id, geom, accuracy_m, speed_mps,
           heading_deg, battery_pct, flags, source, datum, given_lon, given_lat
    from given
    on conflict (area_id, worker_id, recorded_at) do update
        set geom = excluded.geom, accuracy_m = excluded.accuracy_m, speed_mps = excluded.speed_mps,
            heading_deg = excluded.heading_deg, battery_pct = excluded.battery_pct, flags = excluded.flags,
            source = excluded.source, datum = excluded.datum, given_lon = excluded.given_lon,
            given_lat = excluded.given_lat
        where (array_to_string(excluded.flags, ','), coalesce(excluded.accuracy_m, 'infinity'),
               excluded.given_lon, excluded.given_lat, excluded.datum, excluded.source,
               coalesce(excluded.speed_mps, 'infinity'), coalesce(excluded.heading_deg, 'infinity'),
               coalesce(excluded.battery_pct, 101))
            < (array_to_string(array_remove(kept.flags, 'jump'), ','), coalesce(kept.accuracy_m, 'infinity'),
               kept.given_lon, kept.given_lat, kept.datum, kept.source,
               coalesce(kept.speed_mps, 'infinity'), coalesce(kept.heading_deg, 'infinity'),
               coalesce(kept.battery_pct, 101))
    returning worker_id, recorded_at
)
select (select count(*) from given) - (select count from known) as accepted,
       (select coalesce(array_agg(worker_id), '{}') from written) as worker_ids,
       (select coalesce(array_agg(recorded_at), '{}') from written) as times;

-- judge_jumps_and_move_latest -- flag what moved too fast beside its neighbours in time, then set each newest fix
with given as (
    select worker_id, min(recorded_at) as first_at, max(recorded_at) as last_at
    from unnest(%(worker_id)s::int[], %(recorded_at)s::timestamptz[]) as one (worker_id, recorded_at)
    group by worker_id
), edge as materialized (
    select given.*, before.at as before, after.at as after
    from given
    cross join lateral (
        select array_agg(recorded_at order by recorded_at desc) as at from (
            select recorded_at from position
            where area_id = %(area_id)s and worker_id = given.worker_id and recorded_at < given.first_at
              and recorded_at between %(since)s and %(until)s and not flags && array['inaccurate', 'mock']
            order by recorded_at desc limit 3) as three) as before
    cross join lateral (
        select array_agg(recorded_at order by recorded_at) as at from (
            select recorded_at from position
            where area_id = %(area_id)s and worker_id = given.worker_id and recorded_at > given.last_at
              and recorded_at between %(since)s and %(until)s and not flags && array['inaccurate', 'mock']
            order by recorded_at limit 3) as three) as after
), near as (
    select fix.*,
           case when edge.before[1] >= edge.first_at - interval '30 minutes' then edge.before[1]
                else edge.first_at end as touched_from,
           case when edge.after[2] <= edge.last_at + interval '60 minutes' then edge.after[2]
                when edge.after[1] <= edge.last_at + interval '30 minutes' then edge.after[1]
                else edge.last_at end as touched_until,
           lag(recorded_at) over one_by_one as at_1, lag(geom) over one_by_one as geom_1,
           lag(accuracy_m) over one_by_one as accuracy_1,
           lag(recorded_at, 2) over one_by_one as at_2, lag(geom, 2) over one_by_one as geom_2,
           lag(accuracy_m, 2) over one_by_one as accuracy_2
    from edge cross join lateral (
        select * from position
        where area_id = %(area_id)s and worker_id = edge.worker_id
          and recorded_at between coalesce(edge.before[3], edge.before[2], edge.before[1], edge.first_at)
                              and coalesce(edge.after[3], edge.after[2], edge.after[1], edge.last_at)
          and recorded_at between %(since)s and %(until)s
          and not flags && array['inaccurate', 'mock'] offset 0) as fix
    window one_by_one as (partition by fix.worker_id order by fix.recorded_at)
), fast as (
    select near.*,
           at_1 >= recorded_at - interval '30 minutes' as has_1,
           at_2 >= recorded_at - interval '60 minutes' as has_2,
           coalesce(st_distancesphere(geom, geom_1) - coalesce(accuracy_m, 0) - coalesce(accuracy_1, 0)
               > %(limit_mps)s * extract(epoch from recorded_at - at_1), false) as from_1,
           coalesce(st_distancesphere(geom, geom_2) - coalesce(accuracy_m, 0) - coalesce(accuracy_2, 0)
               > %(limit_mps)s * extract(epoch from recorded_at - at_2), true) as from_2
    from near
), judged as (
    select fast.*,
           coalesce(has_1 and from_1, false)
           and case when lead(has_1) over one_by_one then lead(from_1) over one_by_one
                    else has_2 is not true or from_2 end as is_jump
    from fast window one_by_one as (partition by worker_id order by recorded_at)
), decided as (
    select judged.*, case when recorded_at between touched_from and touched_until then is_jump
                          else 'jump' = any(flags) end as jumps
    from judged
), changed as (
    select worker_id, recorded_at, jumps from decided where ('jump' = any(flags)) <> jumps
), flagged as (
    update position set flags = case when changed.jumps then array['jump'] else '{}' end
    from changed
    where position.area_id = %(area_id)s and position.worker_id = changed.worker_id
      and position.recorded_at = changed.recorded_at and position.recorded_at between %(since)s and %(until)s
    returning position.worker_id
), newest as (
    select distinct on (worker_id) worker_id, recorded_at, received_at, geom, accuracy_m, speed_mps, heading_deg,
           battery_pct, source
    from decided where not jumps order by worker_id, recorded_at desc
), older as (
    select worker_id, found.* from (
        select worker_id, min(recorded_at) as first_at from decided group by worker_id having bool_and(jumps)
    ) as without
    cross join lateral (
        select recorded_at, received_at, geom, accuracy_m, speed_mps, heading_deg, battery_pct, source
        from position
        where area_id = %(area_id)s and position.worker_id = without.worker_id and flags = '{}'
          and recorded_at < without.first_at and recorded_at >= %(oldest)s
        order by recorded_at desc limit 1) as found
), moved as (
    insert into position_latest as kept (area_id, worker_id, recorded_at, received_at, geom, accuracy_m, speed_mps,
                                         heading_deg, battery_pct, source)
    select %(area_id)s, worker_id, recorded_at, received_at, geom, accuracy_m, speed_mps, heading_deg, battery_pct,
           source
    from (select * from newest union all select * from older) as one
    on conflict (area_id, worker_id) do update
        set recorded_at = excluded.recorded_at, received_at = excluded.received_at, geom = excluded.geom,
            accuracy_m = excluded.accuracy_m, speed_mps = excluded.speed_mps, heading_deg = excluded.heading_deg,
            battery_pct = excluded.battery_pct, source = excluded.source
        where excluded.recorded_at >= kept.recorded_at
           or exists (select from decided where decided.worker_id = kept.worker_id
                      and decided.recorded_at = kept.recorded_at and decided.jumps)
    returning worker_id
)
select worker_id, recorded_at from decided where jumps;

-- latest -- the newest believable fix of each worker
select worker_id, recorded_at, received_at, st_x(geom) as lon, st_y(geom) as lat, accuracy_m, speed_mps, heading_deg,
       battery_pct, source
from position_latest where area_id = %(area_id)s order by worker_id;
