-- What is counted in a period: a row for each event and measure, at the moment by which it is counted, so that the counts
-- of the days add up to that of the period. The one place where the measures of the statistics are defined.
-- Source of the definitions: docs/domain.md, "Counting a period".
drop function case_measures_v1(integer, timestamptz, timestamptz, timestamptz);
create function counted_events_v1(
    p_area_id integer, p_since timestamptz, p_until timestamptz, p_now timestamptz, p_by text
) returns table (
    case_no text, key text, measure text, at timestamptz, took_s double precision
) language sql stable as $$
    select event.case_no,
           coalesce(case p_by
               when 'type' then event.type_code when 'class' then left(event.type_code, 2)
               when 'grid' then event.grid_code when 'village' then event.village_code
               when 'department' then event.department_code when 'source' then event.source_channel
               when 'priority' then event.priority
               when 'day' then to_char(event.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')
               when 'hour' then to_char(event.at at time zone 'Asia/Shanghai', 'HH24') end, ''),
           event.measure, event.at, event.took_s
    from (
        -- when a case counts as a measure, null when it does not. Something is due by its deadline, or by its handling
        -- when that was earlier. One list of measures for all cases: a "values" of each case's own is three times slower.
        select i.case_no, i.type_code, i.grid_code, i.village_code, i.department_code, i.source_channel, i.priority,
               m.measure,
               case m.measure
                   when 'reported' then i.reported_at
                   when 'accepted' then i.accepted_at
                   when 'arrived' then i.arrived_at
                   when 'handled' then i.handled_at
                   when 'due' then case when d.is_due then least(i.due_at, i.handled_at) end
                   when 'on_time' then case when d.is_due and i.handled_at <= i.due_at then i.handled_at end
                   when 'late' then case when d.is_due and i.handled_at > i.due_at then i.due_at end
                   when 'overdue' then case
                       when d.is_due and is_overdue_v1(i.state, i.due_at, i.handled_at, p_now) then i.due_at end
                   when 'closed' then case when not is_open_v1(i.state) and is_counted_v1(i.state) then i.closed_at end
                   when 'open' then case when is_open_v1(i.state) then i.reported_at end
               end as at,
               case m.measure when 'arrived' then extract(epoch from i.arrived_at - i.dispatched_at)
                              when 'handled' then extract(epoch from i.handled_at - i.dispatched_at)
               end::double precision as took_s
        from incident i
        cross join lateral (select i.due_at is not null and is_counted_v1(i.state) as is_due) d
        cross join (values ('reported'), ('accepted'), ('arrived'), ('handled'), ('due'), ('on_time'), ('late'),
                           ('overdue'), ('closed'), ('open')) m (measure)
        where i.area_id = p_area_id and i.reported_at < p_until
          and (i.reported_at >= p_since or i.accepted_at >= p_since or i.handled_at >= p_since
               or i.closed_at >= p_since or i.due_at >= p_since or is_open_v1(i.state))
        union all
        -- each check that failed: said of what was handled, and the case went on
        select i.case_no, i.type_code, i.grid_code, i.village_code, i.department_code, i.source_channel, i.priority,
               'reworked', l.at, null
        from incident i
        join incident_log l on l.area_id = i.area_id and l.case_no = i.case_no
        where i.area_id = p_area_id and i.reported_at < p_until and i.rework_count > 0
          and l.verb in ('verify', 'rework') and is_open_v1(l.to_state)
    ) event
    where event.at < p_until and (event.at >= p_since or event.measure = 'open')
$$;
comment on function counted_events_v1 is
    'due (应处置): deadline in the period, or handled in it before a later deadline; reworked (返工): each check that failed; closed: not the rejected and cancelled; open: not ended now, by the day it was reported';
