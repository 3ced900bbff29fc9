-- Clocks are rows: one for each step that is awaited, of a case or of one of its tasks. Overdue is any running clock
-- past its due_at, and the case keeps beside it what runs out first.

create table clock (
    area_id integer not null,
    clock_id uuid not null,
    case_no text not null,
    task_id uuid,
    stage text not null check (stage in ('accept', 'dispatch', 'sign', 'arrive', 'handle', 'verify', 'answer')),
    basis text not null check (basis in ('priority', 'type', 'check', 'rework', 'earlier', 'supervise', 'urge')),
    limit_amount double precision check (limit_amount > 0),
    limit_unit text check (limit_unit in ('minute', 'hour', 'work_hour', 'work_day')),
    started_at timestamptz not null,
    first_due_at timestamptz not null,
    due_at timestamptz not null,
    state text not null check (state in ('running', 'kept', 'missed', 'paused', 'void')),
    ended_at timestamptz,
    paused_since timestamptz,
    pauses tstzmultirange not null default '{}',
    primary key (area_id, clock_id),
    foreign key (area_id, case_no) references incident,
    foreign key (area_id, task_id) references task,
    constraint clock_has_whole_limit check ((limit_amount is null) = (limit_unit is null)),
    constraint clock_ends_with_its_state check ((ended_at is null) = (state in ('running', 'paused'))),
    constraint clock_stands_since check ((paused_since is null) = (state <> 'paused')),
    constraint clock_answers_have_a_basis check ((stage = 'answer') = (basis in ('supervise', 'urge')))
);
create unique index one_live_clock on clock (
    area_id, case_no, stage, coalesce(task_id, '00000000-0000-0000-0000-000000000000'),
    (case when stage = 'answer' then basis else '' end)) where ended_at is null;
create index clock_due on clock (area_id, due_at) where state = 'running';
create index clock_of_case on clock (area_id, case_no);
create index clock_ended on clock (area_id, ended_at) where ended_at is not null;
comment on table clock is 'how long a step may take: kept or missed, paused with the case, void when it is not awaited any more';
comment on column clock.basis is 'where the limit comes from; earlier: a deadline set before clocks were kept';
comment on column clock.first_due_at is 'what the limit made of the start; pauses and extensions make due_at of it';

create table extension (
    area_id integer not null,
    extension_id uuid not null,
    case_no text not null,
    clock_id uuid not null,
    asked_by text not null,
    asked_at timestamptz not null,
    until timestamptz not null,
    reason text not null,
    due_before timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decision text check (decision in ('granted', 'refused', 'lapsed')),
    primary key (area_id, extension_id),
    foreign key (area_id, case_no) references incident,
    foreign key (area_id, clock_id) references clock,
    constraint extension_is_later check (until > due_before),
    constraint extension_is_decided_whole check (num_nulls(decided_by, decided_at, decision) in (0, 3))
);
create unique index one_open_extension on extension (area_id, case_no) where decision is null;
create index extension_of_case on extension (area_id, case_no);

create table calendar_day (
    area_id integer not null references area,
    day date not null,
    kind text not null check (kind in ('holiday', 'workday')),
    name text not null,
    primary key (area_id, day)
);
comment on table calendar_day is 'days that break the week, by loaded years; of a year that is not here holidays.csv holds';

alter table incident
    add column next_stage text,
    add column next_started_at timestamptz,
    add column next_due_at timestamptz,
    add column answer_due_at timestamptz,
    add column supervised_at timestamptz,
    add column suspended_until timestamptz,
    add column extension_until timestamptz,
    add column extended_count integer not null default 0,
    add constraint incident_next_due_whole check (num_nulls(next_stage, next_started_at, next_due_at) in (0, 3));
comment on column incident.next_due_at is 'the first of its running clocks to run out; overdue (超期) when past';
comment on column incident.extension_until is 'the extension that is asked for, until it is decided';
create index incident_next_due on incident (area_id, next_due_at) where next_due_at is not null;

-- Cases that are there get their clocks: the limits and the calendar of this release, as the programme counts them.
create temporary table limit_of (priority text, stage text, amount double precision, unit text);
insert into limit_of values
    ('P1', 'accept', 2, 'minute'), ('P1', 'dispatch', 3, 'minute'), ('P1', 'sign', 5, 'minute'),
    ('P1', 'arrive', 20, 'minute'), ('P1', 'verify', 12, 'hour'),
    ('P2', 'accept', 10, 'minute'), ('P2', 'dispatch', 15, 'minute'), ('P2', 'sign', 30, 'minute'),
    ('P2', 'arrive', 2, 'hour'), ('P2', 'verify', 1, 'work_day'),
    ('P3', 'accept', 2, 'work_hour'), ('P3', 'dispatch', 1, 'work_hour'), ('P3', 'sign', 4, 'work_hour'),
    ('P3', 'verify', 1, 'work_day'),
    ('P4', 'accept', 1, 'work_day'), ('P4', 'dispatch', 1, 'work_day'), ('P4', 'sign', 1, 'work_day'),
    ('P4', 'verify', 2, 'work_day');
create temporary table special_day (day date primary key, is_worked boolean);
insert into special_day
select d::date, is_worked
from (values ('2026-01-01', '2026-01-03', false), ('2026-01-04', '2026-01-04', true),
             ('2026-02-14', '2026-02-14', true), ('2026-02-15', '2026-02-23', false),
             ('2026-02-28', '2026-02-28', true), ('2026-04-04', '2026-04-06', false),
             ('2026-05-01', '2026-05-05', false), ('2026-05-09', '2026-05-09', true),
             ('2026-06-19', '2026-06-21', false), ('2026-09-20', '2026-09-20', true),
             ('2026-09-25', '2026-09-27', false), ('2026-10-01', '2026-10-07', false),
             ('2026-10-10', '2026-10-10', true), ('2027-01-01', '2027-01-01', false),
             ('2027-02-05', '2027-02-08', false), ('2027-04-05', '2027-04-05', false),
             ('2027-05-01', '2027-05-02', false), ('2027-06-09', '2027-06-09', false),
             ('2027-09-15', '2027-09-15', false), ('2027-10-01', '2027-10-03', false)) s (first, last, is_worked),
     generate_series(s.first::date, s.last::date, interval '1 day') d;

create function pg_temp.after(p_start timestamptz, p_amount double precision, p_unit text) returns timestamptz
language plpgsql as $$
declare
    v_from timestamp := p_start at time zone 'Asia/Shanghai';
    v_day date := v_from::date;
    v_left interval := p_amount * interval '1 hour' * case p_unit when 'work_day' then 6.5 else 1 end;
    v_span record;
begin
    if p_unit = 'minute' then return p_start + p_amount * interval '1 minute'; end if;
    if p_unit = 'hour' then return p_start + v_left; end if;
    loop
        if coalesce((select s.is_worked from special_day s where s.day = v_day), extract(isodow from v_day) < 6) then
            for v_span in
                select greatest(v_from, v_day + t.begins) as begins, v_day + t.ends as ends
                from (values (time '08:30', time '11:30'), (time '13:30', time '17:00')) t (begins, ends)
                order by 1
            loop
                continue when v_span.begins >= v_span.ends;
                if v_span.ends - v_span.begins >= v_left then
                    return (v_span.begins + v_left) at time zone 'Asia/Shanghai';
                end if;
                v_left := v_left - (v_span.ends - v_span.begins);
            end loop;
        end if;
        v_day := v_day + 1;
    end loop;
end $$;

-- what waits for a step, since when
insert into clock (area_id, clock_id, case_no, task_id, stage, basis, limit_amount, limit_unit, started_at,
    first_due_at, due_at, state, paused_since)
select w.area_id, gen_random_uuid(), w.case_no, w.task_id, w.stage, 'priority', l.amount, l.unit, w.started_at,
       due.at, due.at, case when w.paused_since is null then 'running' else 'paused' end, w.paused_since
from (
    select i.area_id, i.case_no, i.priority, null::uuid as task_id, s.stage, null::timestamptz as paused_since,
           case s.stage when 'accept' then i.reported_at when 'dispatch' then i.updated_at
                        else coalesce(i.handled_at, i.updated_at) end as started_at
    from incident i
    cross join lateral (select case when i.state in ('reported', 'checking') then 'accept'
                                    when i.state = 'accepted' then 'dispatch'
                                    when i.state in ('handled', 'verifying', 'self_handled') then 'verify' end) s (stage)
    where s.stage is not null
    union all
    select t.area_id, t.case_no, i.priority, t.task_id, s.stage,
           case when t.state = 'paused' then i.updated_at end, s.started_at
    from task t
    join incident i on i.area_id = t.area_id and i.case_no = t.case_no
    cross join lateral (
        select case when t.signed_at is null then 'sign' else 'arrive' end,
               coalesce(t.signed_at, t.sent_at)) s (stage, started_at)
    where t.ended_at is null and t.sent_at is not null and t.arrived_at is null and t.started_at is null
      and is_open_v1(i.state) and t.kind in ('lead', 'co')
) w
join limit_of l on l.priority = w.priority and l.stage = w.stage
cross join lateral (select pg_temp.after(w.started_at, l.amount, l.unit) as at) due;

-- the handling: running, standing while suspended, ended when it was handled
insert into clock (area_id, clock_id, case_no, stage, basis, started_at, first_due_at, due_at, state, ended_at,
    paused_since)
select i.area_id, gen_random_uuid(), i.case_no, 'handle', 'earlier', coalesce(i.accepted_at, i.reported_at), i.due_at,
       i.due_at,
       case when i.state = 'suspended' then 'paused' when i.handled_at is null then 'running'
            when i.handled_at <= i.due_at then 'kept' else 'missed' end,
       case when i.state <> 'suspended' then i.handled_at end,
       case when i.state = 'suspended' then i.updated_at end
from incident i
where i.due_at is not null
  and (i.state in ('accepted', 'dispatched', 'received', 'on_scene', 'handling', 'suspended')
       or (i.handled_at is not null and i.handled_at > coalesce(i.accepted_at, i.reported_at)
           and is_counted_v1(i.state)));

update incident i set next_stage = c.stage, next_started_at = c.started_at, next_due_at = c.due_at
from (select distinct on (c.area_id, c.case_no) c.area_id, c.case_no, c.stage, c.started_at, c.due_at
      from clock c where c.state = 'running' order by c.area_id, c.case_no, c.due_at, c.stage) c
where i.area_id = c.area_id and i.case_no = c.case_no;
drop table limit_of;
drop table special_day;

-- Whether a case is overdue: the one answer. It is when the first of its running clocks is past.
create function is_overdue_v2(p_next_due_at timestamptz, p_at timestamptz)
returns boolean language sql immutable parallel safe as $$
    select coalesce(p_next_due_at < p_at, false)
$$;
comment on function is_overdue_v2 is 'overdue (超期): any running clock of the case is past its due time';

create or replace function counted_events_v1(
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
                   when 'overdue' then case when is_overdue_v2(i.next_due_at, p_now) then i.next_due_at end
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
    'due (应处置): deadline in the period, or handled in it before a later deadline; overdue (超期): a clock of the case is past now, by when it ran out; reworked (返工): each check that failed; closed: not the rejected and cancelled; open: not ended now, by the day it was reported';
drop function is_overdue_v1;
drop function running_due_v1;

grant select, insert, update on clock, extension to gridcommand_app;
grant select, insert, delete on calendar_day to gridcommand_app;
