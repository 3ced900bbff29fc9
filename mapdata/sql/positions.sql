-- missing_days -- those of the days (in the town's time) that have no partition yet
select day from unnest(%(days)s::date[]) as day where to_regclass('position_' || to_char(day, 'YYYYMMDD')) is null;

-- make_day -- make the partition of one day
select position_day_v1(%(day)s);

-- write_fixes -- write fixes into the history; of two fixes of one moment one is kept, whichever came first
with incoming as (
    -- A phone sends the same moment twice, with other numbers when it asked two sensors. Which of them is kept must not
    -- depend on the batch they came in, so both here and in the conflict below the least by the same order is kept:
    -- unflagged before flagged, the more accurate, and then every other column, so that no two are equal.
    select distinct on (worker_id, recorded_at)
           worker_id, recorded_at, duty_id, st_setsrid(st_makepoint(lon, lat), 4326) as geom,
           accuracy_m, speed_mps, heading_deg, battery_pct,
           coalesce(string_to_array(nullif(flags, ''), ','), '{}') as flags, source, datum, given_lon, given_lat
    from unnest(%(worker_id)s::int[], %(recorded_at)s::timestamptz[], %(duty_id)s::uuid[],
                %(lon)s::float8[], %(lat)s::float8[], %(accuracy_m)s::real[], %(speed_mps)s::real[],
                %(heading_deg)s::real[], %(battery_pct)s::smallint[], %(flags)s::text[], %(source)s::text[],
                %(datum)s::text[], %(given_lon)s::float8[], %(given_lat)s::float8[])
         as fix (worker_id, recorded_at, duty_id, lon, lat, accuracy_m, speed_mps, heading_deg, battery_pct, flags,
                 source, datum, given_lon, given_lat)
    order by worker_id, recorded_at, flags, coalesce(accuracy_m, 'infinity'), given_lon, given_lat, datum, source,
             coalesce(speed_mps, 'infinity'), coalesce(heading_deg, 'infinity'), coalesce(battery_pct, 101)
), stored_before as (
    -- Counted apart: an upsert does not tell a new row from a replaced one. All parts of a statement see the table as
    -- it was, so this counts what was there before. "offset 0" keeps it one look-up in the index for each fix, and the
    -- period lets the planner leave out the partitions of other days.
    select count(*) as count from incoming cross join lateral (
        select from position
        where area_id = %(area_id)s and worker_id = incoming.worker_id and recorded_at = incoming.recorded_at
          and recorded_at between %(since)s and %(until)s offset 0) as same_moment
), written as (
    insert into position as stored (area_id, worker_id, recorded_at, received_at, duty_id, geom, accuracy_m, speed_mps,
                                    heading_deg, battery_pct, flags, source, datum, given_lon, given_lat)
    select %(area_id)s, worker_id, recorded_at, %(received_at)s, duty_id, geom, accuracy_m, speed_mps,
           heading_deg, battery_pct, flags, source, datum, given_lon, given_lat
    from incoming
    on conflict (area_id, worker_id, recorded_at) do update
        set geom = excluded.geom, accuracy_m = excluded.accuracy_m, speed_mps = excluded.speed_mps,
            heading_deg = excluded.heading_deg, battery_pct = excluded.battery_pct, flags = excluded.flags,
            source = excluded.source, datum = excluded.datum, given_lon = excluded.given_lon,
            given_lat = excluded.given_lat
        -- "jump" says something of the neighbours, not of the fix: with it the order would change as others come in
        where (array_to_string(excluded.flags, ','), coalesce(excluded.accuracy_m, 'infinity'),
               excluded.given_lon, excluded.given_lat, excluded.datum, excluded.source,
               coalesce(excluded.speed_mps, 'infinity'), coalesce(excluded.heading_deg, 'infinity'),
               coalesce(excluded.battery_pct, 101))
            < (array_to_string(array_remove(stored.flags, 'jump'), ','), coalesce(stored.accuracy_m, 'infinity'),
               stored.given_lon, stored.given_lat, stored.datum, stored.source,
               coalesce(stored.speed_mps, 'infinity'), coalesce(stored.heading_deg, 'infinity'),
               coalesce(stored.battery_pct, 101))
    returning worker_id, recorded_at
)
-- a fix that is repeated word for word is not written, so nothing around it is judged again
select (select count(*) from incoming) - (select count from stored_before) as accepted,
       (select coalesce(array_agg(worker_id), '{}') from written) as worker_ids,
       (select coalesce(array_agg(recorded_at), '{}') from written) as times;

-- judge_jumps_and_move_latest -- flag what moved too fast beside its neighbours in time, then set each newest fix
-- A statement of its own, since a statement does not see the rows it writes itself. A jump is flagged and not left out:
-- whether it is one can change with every fix that comes late, and what was thrown away could not be taken back.
with batch as (
    -- what is new or changed, one stretch of time a worker
    select worker_id, min(recorded_at) as first_at, max(recorded_at) as last_at
    from unnest(%(worker_id)s::int[], %(recorded_at)s::timestamptz[]) as fix (worker_id, recorded_at)
    group by worker_id
), neighbours as materialized (
    -- A fix is judged by two fixes before it and one after it, so the batch can change the judgement of one fix before
    -- it and of two after it. To judge those in their turn takes three fixes on either side.
    -- Inaccurate and mock ones are nobody's neighbours: they are not believed whatever they lie beside.
    select batch.*, before.at as before, after.at as after
    from batch
    cross join lateral (
        select array_agg(recorded_at order by recorded_at desc) as at from (
            select recorded_at from position
            where area_id = %(area_id)s and worker_id = batch.worker_id and recorded_at < batch.first_at
              and recorded_at between %(since)s and %(until)s and not flags && array['inaccurate', 'mock']
            order by recorded_at desc limit 3) as three) as before
    cross join lateral (
        select array_agg(recorded_at order by recorded_at) as at from (
            select recorded_at from position
            where area_id = %(area_id)s and worker_id = batch.worker_id and recorded_at > batch.last_at
              and recorded_at between %(since)s and %(until)s and not flags && array['inaccurate', 'mock']
            order by recorded_at limit 3) as three) as after
), fixes as (
    -- the batch with its neighbours, each fix beside the two before it; touched_* bound those to be judged again
    select fix.*,
           case when neighbours.before[1] >= neighbours.first_at - interval '30 minutes' then neighbours.before[1]
                else neighbours.first_at end as touched_from,
           case when neighbours.after[2] <= neighbours.last_at + interval '60 minutes' then neighbours.after[2]
                when neighbours.after[1] <= neighbours.last_at + interval '30 minutes' then neighbours.after[1]
                else neighbours.last_at end as touched_until,
           lag(recorded_at) over in_time as at_1, lag(geom) over in_time as geom_1,
           lag(accuracy_m) over in_time as accuracy_1,
           lag(recorded_at, 2) over in_time as at_2, lag(geom, 2) over in_time as geom_2,
           lag(accuracy_m, 2) over in_time as accuracy_2
    from neighbours cross join lateral (
        -- "offset 0": one range of the index for each worker, not every position of the days
        select * from position
        where area_id = %(area_id)s and worker_id = neighbours.worker_id
          and recorded_at between coalesce(neighbours.before[3], neighbours.before[2], neighbours.before[1],
                                           neighbours.first_at)
                              and coalesce(neighbours.after[3], neighbours.after[2], neighbours.after[1],
                                           neighbours.last_at)
          and recorded_at between %(since)s and %(until)s
          and not flags && array['inaccurate', 'mock'] offset 0) as fix
    window in_time as (partition by fix.worker_id order by fix.recorded_at)
), speeds as (
    -- Too fast only when the way is too long even with both accuracies taken off. What lies more than half an hour back
    -- is no neighbour. Source: docs/domain.md, "Believing a fix".
    -- Without a second fix before, from_2 is true: nothing speaks for the fix.
    select fixes.*,
           at_1 >= recorded_at - interval '30 minutes' as has_1,
           at_2 >= recorded_at - interval '60 minutes' as has_2,
           coalesce(metres_between_v1(st_x(geom), st_y(geom), st_x(geom_1), st_y(geom_1))
               - coalesce(accuracy_m, 0) - coalesce(accuracy_1, 0)
               > %(limit_mps)s * extract(epoch from recorded_at - at_1), false) as from_1,
           coalesce(metres_between_v1(st_x(geom), st_y(geom), st_x(geom_2), st_y(geom_2))
               - coalesce(accuracy_m, 0) - coalesce(accuracy_2, 0)
               > %(limit_mps)s * extract(epoch from recorded_at - at_2), true) as from_2
    from fixes
), judged as (
    -- A jump leads away and back again: too fast from the fix before AND too fast to the one after. Too fast on one
    -- side alone is the fix beside a jump. The newest fix has none after it, so the fix before the last speaks for it:
    -- near to that one, it was the last one that had jumped.
    select speeds.*,
           coalesce(has_1 and from_1, false)
           and case when lead(has_1) over in_time then lead(from_1) over in_time
                    else has_2 is not true or from_2 end as is_jump
    from speeds window in_time as (partition by worker_id order by recorded_at)
), decided as (
    -- the outermost neighbours lack their own neighbours here: they stay as they were judged among them
    select judged.*, case when recorded_at between touched_from and touched_until then is_jump
                          else 'jump' = any(flags) end as jumps
    from judged
), changed as (
    select worker_id, recorded_at, jumps from decided where ('jump' = any(flags)) <> jumps
), flagged as (
    -- fixes with other flags are not among the judged, so the flags may be set as a whole
    update position set flags = case when changed.jumps then array['jump'] else '{}' end
    from changed
    where position.area_id = %(area_id)s and position.worker_id = changed.worker_id
      and position.recorded_at = changed.recorded_at and position.recorded_at between %(since)s and %(until)s
    returning position.worker_id
), newest as (
    -- read from what was decided: the flags set just above cannot be seen in the table yet
    select distinct on (worker_id) worker_id, recorded_at, received_at, geom, accuracy_m, speed_mps, heading_deg,
           battery_pct, source
    from decided where not jumps order by worker_id, recorded_at desc
), older as (
    -- where every fix around the batch jumps, the latest goes back to the last believed one before them
    select worker_id, last_believed.* from (
        select worker_id, min(recorded_at) as first_at from decided group by worker_id having bool_and(jumps)
    ) as all_jump
    cross join lateral (
        select recorded_at, received_at, geom, accuracy_m, speed_mps, heading_deg, battery_pct, source
        from position
        where area_id = %(area_id)s and position.worker_id = all_jump.worker_id and flags = '{}'
          and recorded_at < all_jump.first_at and recorded_at >= %(oldest)s
        order by recorded_at desc limit 1) as last_believed
), moved as (
    insert into position_latest as present (area_id, worker_id, recorded_at, received_at, geom, accuracy_m, speed_mps,
                                            heading_deg, battery_pct, source)
    select %(area_id)s, worker_id, recorded_at, received_at, geom, accuracy_m, speed_mps, heading_deg, battery_pct,
           source
    from (select * from newest union all select * from older) as candidate
    on conflict (area_id, worker_id) do update
        set recorded_at = excluded.recorded_at, received_at = excluded.received_at, geom = excluded.geom,
            accuracy_m = excluded.accuracy_m, speed_mps = excluded.speed_mps, heading_deg = excluded.heading_deg,
            battery_pct = excluded.battery_pct, source = excluded.source
        -- Fixes that come late leave a newer latest alone, unless they prove it a jump. "=" because the fix of that
        -- very moment may have been replaced by a better one.
        where excluded.recorded_at >= present.recorded_at
           or exists (select from decided where decided.worker_id = present.worker_id
                      and decided.recorded_at = present.recorded_at and decided.jumps)
    returning worker_id
)
select worker_id, recorded_at from decided where jumps;

-- latest -- the newest believable fix of each worker
select worker_id, recorded_at, received_at, st_x(geom) as lon, st_y(geom) as lat, accuracy_m, speed_mps, heading_deg,
       battery_pct, source
from position_latest where area_id = %(area_id)s order by worker_id;
