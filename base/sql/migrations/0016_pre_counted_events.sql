-- What is counted in a period: a row for each event and measure, at the moment by which it is counted, so that the counts
-- of the days add up to that of the period. The one place where the measures of the statistics are defined.
-- Source of the definitions: docs/domain.md, "Counting a period".
drop function case_measures_v1(integer, timestamptz, timestamptz, timestamptz);
create function counted_events_v1(
    p_area_id integer, p_since timestamptz, p_until timestamptz, p_now timestamptz, p_by text
) returns table (
    case_no text, key text, measure text, at timestamptz, took_s double precision
) language sql stable as $$
    select i.case_no,
           coalesce(case p_by
               when 'type' then i.type_code when 'class' then left(i.type_code, 2) when 'grid' then i.grid_code
               when 'village' then i.village_code when 'department' then i.department_code
               when 'source' then i.source_channel when 'priority' then i.priority
               when 'day' then to_char(event.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')
               when 'hour' then to_char(event.at at time zone 'Asia/Shanghai', 'HH24') end, ''),
           event.measure, event.at, event.took_s
    from incident i
    cross join lateral (
        -- by what it is due: its deadline, or its handling when that was earlier
        select least(i.due_at, i.handled_at) as at, i.due_at is not null and is_counted_v1(i.state) as is_due
    ) d
    cross join lateral (
        select one.measure, one.at, one.took_s
        from (values
            ('reported', i.reported_at, true, null::double precision),
            ('accepted', i.accepted_at, true, null),
            ('arrived', i.arrived_at, true, extract(epoch from i.arrived_at - i.dispatched_at)::double precision),
            ('handled', i.handled_at, true, extract(epoch from i.handled_at - i.dispatched_at)::double precision),
            ('due', d.at, d.is_due, null),
            ('on_time', d.at, d.is_due and i.handled_at <= i.due_at, null),
            ('late', d.at, d.is_due and i.handled_at > i.due_at, null),
            ('overdue', d.at, d.is_due and is_overdue_v1(i.state, i.due_at, i.handled_at, p_now), null),
            ('closed', i.closed_at, not is_open_v1(i.state) and is_counted_v1(i.state), null),
            ('open', i.reported_at, is_open_v1(i.state), null)
        ) as one (measure, at, counts, took_s)
        where one.counts and (one.at >= p_since or one.measure = 'open')
        union all
        -- each check that failed: said of what was handled, and the case went on
        select 'reworked', l.at, null
        from incident_log l
        where l.area_id = i.area_id and l.case_no = i.case_no and i.rework_count > 0 and l.at >= p_since
          and l.verb in ('verify', 'rework') and is_open_v1(l.to_state)
    ) event
    where i.area_id = p_area_id and i.reported_at < p_until and event.at < p_until
      and (i.reported_at >= p_since or i.accepted_at >= p_since or i.handled_at >= p_since or i.closed_at >= p_since
           or i.due_at >= p_since or is_open_v1(i.state))
$$;
comment on function counted_events_v1 is
    'due (应处置): deadline in the period, or handled in it before a later deadline; reworked (返工): each check that failed; closed: not the rejected and cancelled; open: not ended now, by the day it was reported';
