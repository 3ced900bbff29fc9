-- Brings every database made while 0002, 0004, 0006 and 0007 were still being edited to the schema they give now.
-- Each step looks first, so that today's databases, and what a later migration has made anew, stay as they are.

-- 0004 at its first commit kept no battery with a fix.
do $repair$ begin
    if not exists (select from information_schema.columns where table_schema = 'public' and table_name = 'position'
                   and column_name = 'battery_pct') then
        alter table position add column battery_pct smallint;
        alter table position_latest add column battery_pct smallint;
        comment on column position.flags is
            'inaccurate, mock: of the fix itself; jump: judged against its neighbours in time';
    end if;
end $repair$;

-- 0004 once made a day's partition without the fixes that waited for it in the default one: attaching it then failed.
-- A function is told by the checksum of its text: only the texts once released are put right.
do $repair$ begin
    if exists (select from pg_proc where pronamespace = 'public'::regnamespace and proname = 'position_day_v1'
               and md5(prosrc) in ('eefc11d7d7732e22f543ae88320f9160')) then
create or replace function position_day_v1(day date) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    partition_name text := 'position_' || to_char(day, 'YYYYMMDD');
    day_from timestamptz := day::timestamp at time zone 'Asia/Shanghai';
    day_to timestamptz := (day + 1)::timestamp at time zone 'Asia/Shanghai';
begin
    perform pg_advisory_xact_lock(hashtext('position_day'), to_char(day, 'YYYYMMDD')::integer);
    if to_regclass(partition_name) is not null then
        return false;
    end if;
    execute format('create table %I (like position including defaults including constraints)', partition_name);
    execute format('with waiting as (delete from position_other where recorded_at >= %L and recorded_at < %L '
        'returning *) insert into %I select * from waiting', day_from, day_to, partition_name);
    execute format('alter table position attach partition %I for values from (%L) to (%L)',
        partition_name, day_from, day_to);
    return true;
end $$;
    end if;
end $repair$;

-- 0002 once had no distance of its own.
do $repair$ begin
    if to_regprocedure('metres_to_v1(geometry, double precision, double precision)') is null then
create function metres_to_v1(p_geom geometry, p_lon double precision, p_lat double precision)
returns double precision language sql immutable parallel safe as $$
    select 6371008.8 * sqrt(power(radians(st_x(p_geom) - p_lon) * cos(radians(p_lat)), 2)
        + power(radians(st_y(p_geom) - p_lat), 2))
$$;
    end if;
end $repair$;

-- 0006 once left a new town uncounted.
do $repair$ begin
    if to_regprocedure('count_ground_v1()') is null then
create function count_ground_v1() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    analyze address, person, house, rental_house, key_person, floating_resident, place, thing, camera, worker, division,
        road_node, road_edge, base_feature;
end $$;
    end if;
end $repair$;

-- 0007 once missed cases accepted in the period, and counted rejected and cancelled cases as closed.
do $repair$ begin
    if exists (select from pg_proc where pronamespace = 'public'::regnamespace and proname = 'case_measures_v1'
               and md5(prosrc) in ('004f4a85454680e8acd3dffa62c92abe', 'a6316d3bd6af4a8361f210e0ee93e6c9')) then
create or replace function case_measures_v1(
    p_area_id integer, p_since timestamptz, p_until timestamptz, p_now timestamptz
) returns table (
    case_no text, type_code text, priority text, department_code text, source_channel text, grid_code text,
    village_code text, reported_at timestamptz, reported boolean, accepted boolean, due boolean, handled boolean,
    on_time boolean, late boolean, overdue boolean, closed boolean, reworked boolean, open boolean,
    arrive_s double precision, handle_s double precision
) language sql stable as $$
    select i.case_no, i.type_code, i.priority, i.department_code, i.source_channel, i.grid_code, i.village_code,
           i.reported_at,
           i.reported_at >= p_since and i.reported_at < p_until,
           coalesce(i.accepted_at >= p_since and i.accepted_at < p_until, false),
           d.due,
           coalesce(i.handled_at >= p_since and i.handled_at < p_until, false),
           d.due and coalesce(i.handled_at <= i.due_at, false),
           d.due and coalesce(i.handled_at > i.due_at, false),
           d.due and i.handled_at is null and i.due_at < p_now,
           i.state in ('closed', 'archived') and coalesce(i.closed_at >= p_since and i.closed_at < p_until, false),
           coalesce(i.handled_at >= p_since and i.handled_at < p_until, false) and i.rework_count > 0,
           i.reported_at < p_until and i.state not in ('closed', 'archived', 'rejected', 'merged', 'cancelled'),
           case when i.arrived_at >= p_since and i.arrived_at < p_until
                then extract(epoch from i.arrived_at - i.dispatched_at)::double precision end,
           case when i.handled_at >= p_since and i.handled_at < p_until
                then extract(epoch from i.handled_at - i.dispatched_at)::double precision end
    from incident i
    cross join lateral (
        select i.state not in ('rejected', 'merged', 'cancelled')
               and coalesce((i.due_at >= p_since and i.due_at < p_until)
                            or (i.handled_at >= p_since and i.handled_at < p_until and i.due_at >= p_until), false)
               and coalesce(i.handled_at >= p_since, true) as due
    ) d
    where i.area_id = p_area_id and i.reported_at < p_until
      and (i.reported_at >= p_since or i.accepted_at >= p_since or i.handled_at >= p_since or i.closed_at >= p_since
           or i.due_at >= p_since
           or i.state not in ('closed', 'archived', 'rejected', 'merged', 'cancelled'))
$$;
comment on function case_measures_v1 is
    'due (应处置): deadline in the period, or handled in it before a later deadline; closed: not the rejected and cancelled; open: not ended now';
    end if;
end $repair$;
