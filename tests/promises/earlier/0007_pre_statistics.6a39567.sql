-- What each case counts as in a period: the one place where the measures of the statistics are defined.
-- Source of the definitions: GB/T 30428.4 and CJ/T 292 as told in the domain reference, 1.4.
create function case_measures_v1(
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
           coalesce(i.closed_at >= p_since and i.closed_at < p_until, false),
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
    'due (应处置): deadline in the period, or handled in it before a later deadline; open: not ended now';
