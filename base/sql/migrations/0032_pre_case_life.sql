-- The rest of a case's life: merged into another, taken up the ladder, rated, opened again, acknowledged, put away.
alter table incident
    add column parent_case text,
    add column level smallint not null default 1 check (level between 0 and 4),
    add column round smallint not null default 1 check (round > 0),
    add column satisfied boolean,
    add column score smallint check (score between 1 and 5),
    add column rated_at timestamptz,
    add column rated_by text,
    add column needs_call_back boolean not null default false,
    add column acknowledged_at timestamptz,
    add column acknowledged_by text,
    add column archived_from text,
    add foreign key (area_id, parent_case) references incident,
    add constraint incident_is_not_its_own_parent check (parent_case <> case_no),
    add constraint incident_archived_from_a_state check (archived_from is null or state = 'archived'),
    add constraint incident_rated_at_once check (
        (satisfied is null) = (rated_at is null) and (rated_at is null) = (rated_by is null)),
    add constraint incident_acknowledged_by_somebody check ((acknowledged_at is null) = (acknowledged_by is null));
update incident set level = 3 where priority = 'P1';
create index incident_parent on incident (area_id, parent_case) where parent_case is not null;
create index incident_to_archive on incident (area_id, closed_at) where closed_at is not null and archived_from is null;
comment on column incident.level is
    'how far up the ladder it is: 0 micro-grid, 1 grid, 2 village, 3 town, 4 county';
comment on column incident.round is 'how often it was taken up: a case that is opened again begins the next';
comment on column incident.satisfied is 'what the reporter said of this round''s handling; null: not asked yet';
comment on column incident.archived_from is 'the end it had before it was put away, which the figures count';

-- What a round of a case came to that was opened again later: the figures count it on.
create table case_round (
    area_id integer not null,
    case_no text not null,
    round smallint not null,
    priority text not null,
    accepted_at timestamptz,
    dispatched_at timestamptz,
    arrived_at timestamptz,
    handled_at timestamptz,
    due_at timestamptz,
    closed_at timestamptz not null,
    satisfied boolean,
    score smallint,
    rated_at timestamptz,
    primary key (area_id, case_no, round),
    foreign key (area_id, case_no) references incident
);
create index case_round_closed on case_round (area_id, closed_at);
grant select, insert on case_round to gridcommand_app;

-- What is counted in a period, as before; a case that was opened again counts with each of its rounds, reported and
-- accepted only with the first. What is archived counts as the end it had before.
create function counted_events_v2(
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
        -- when a round counts as a measure, null when it does not. Something is due by its deadline, or by its handling
        -- when that was earlier. One list of measures for all: a "values" of each case's own is three times slower.
        select i.case_no, i.type_code, i.grid_code, i.village_code, i.department_code, i.source_channel, i.priority,
               m.measure,
               case m.measure
                   when 'reported' then case when i.is_first then i.reported_at end
                   when 'accepted' then case when i.is_first then i.accepted_at end
                   when 'arrived' then i.arrived_at
                   when 'handled' then i.handled_at
                   when 'due' then case when i.is_due then least(i.due_at, i.handled_at) end
                   when 'on_time' then case when i.is_due and i.handled_at <= i.due_at then i.handled_at end
                   when 'late' then case when i.is_due and i.handled_at > i.due_at then i.due_at end
                   when 'overdue' then case when is_overdue_v2(i.next_due_at, p_now) then i.next_due_at end
                   when 'closed' then case when not i.is_open and i.is_counted then i.closed_at end
                   when 'open' then case when i.is_open then i.reported_at end
               end as at,
               case m.measure when 'arrived' then extract(epoch from i.arrived_at - i.dispatched_at)
                              when 'handled' then extract(epoch from i.handled_at - i.dispatched_at)
               end::double precision as took_s
        from (
            select c.case_no, c.type_code, c.grid_code, c.village_code, c.department_code, c.source_channel, c.priority,
                   c.state, c.reported_at, c.accepted_at, c.dispatched_at, c.arrived_at, c.handled_at, c.closed_at,
                   c.due_at, c.next_due_at, c.round = 1 as is_first, is_open_v1(c.state) as is_open,
                   is_counted_v1(coalesce(c.archived_from, c.state)) as is_counted,
                   c.due_at is not null and is_counted_v1(coalesce(c.archived_from, c.state)) as is_due
            from incident c
            where c.area_id = p_area_id and c.reported_at < p_until
              and (c.reported_at >= p_since or c.accepted_at >= p_since or c.handled_at >= p_since
                   or c.closed_at >= p_since or c.due_at >= p_since or is_open_v1(c.state))
            union all
            select c.case_no, c.type_code, c.grid_code, c.village_code, c.department_code, c.source_channel, r.priority,
                   'closed', c.reported_at, r.accepted_at, r.dispatched_at, r.arrived_at, r.handled_at, r.closed_at,
                   r.due_at, null, false, false, true, r.due_at is not null
            from case_round r
            join incident c on c.area_id = r.area_id and c.case_no = r.case_no
            where r.area_id = p_area_id and (r.closed_at >= p_since or r.due_at >= p_since)
            union all
            -- the report and the acceptance of a case that was opened again, which stand in its first round
            select c.case_no, c.type_code, c.grid_code, c.village_code, c.department_code, c.source_channel, c.priority,
                   'closed', c.reported_at, r.accepted_at, null, null, null, null, null, null, true, false, true, false
            from case_round r
            join incident c on c.area_id = r.area_id and c.case_no = r.case_no
            where r.area_id = p_area_id and r.round = 1
              and (c.reported_at >= p_since or r.accepted_at >= p_since)
        ) i
        cross join (values ('reported'), ('accepted'), ('arrived'), ('handled'), ('due'), ('on_time'), ('late'),
                           ('overdue'), ('closed'), ('open')) m (measure)
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
comment on function counted_events_v2 is
    'due (应处置): deadline in the period, or handled in it before a later deadline; overdue (超期): a clock of the case is past now, by when it ran out; reworked (返工): each check that failed; closed: not the rejected and cancelled; open: not ended now, by the day it was reported; each round of a case that was opened again counts';
drop function counted_events_v1;
