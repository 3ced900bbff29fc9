-- case_by_number -- one case as it is now, when the asker may know of it
select i.area_id, i.case_no, i.client_id, i.version, i.state, i.source_channel, i.description, i.type_code, i.priority,
       i.department_code, coalesce(d.name, '') as department_name, st_x(i.geom) as lon, st_y(i.geom) as lat, i.datum,
       i.given_lon, i.given_lat, i.grid_code, grid.name as grid_name, i.village_code, village.name as village_name,
       i.address_text, i.reporter_name, i.reporter_phone, i.reported_by, i.rework_count, i.reported_at, i.accepted_at,
       i.dispatched_at, i.signed_at, i.arrived_at, i.handled_at, i.closed_at, i.updated_at, i.due_at,
       running_due_v1(i.state, i.due_at, i.handled_at) as running_due_at, sent.*
from readable_cases_v1(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s) i
left join department d on d.area_id = i.area_id and d.code = i.department_code
left join division grid on grid.area_id = i.area_id and grid.code = i.grid_code and grid.valid_to is null
left join division village on village.area_id = i.area_id and village.code = i.village_code and village.valid_to is null
left join lateral (
    select a.assignment_id, a.worker_id, w.name as worker_name, w.department_code as worker_department_code,
           a.suggestion_id, a.assigned_by, a.assigned_at, a.signed_at as worker_signed_at,
           a.arrived_at as worker_arrived_at, a.ended_at as worker_ended_at, a.outcome
    from assignment a join worker w on w.area_id = a.area_id and w.worker_id = a.worker_id
    where a.area_id = i.area_id and a.case_no = i.case_no
    order by a.ended_at is null desc, a.assigned_at desc limit 1
) sent on true
where i.area_id = %(area_id)s and i.case_no = %(case_no)s;

-- cases -- the cases the asker may know of that fit every filter given, the newest first
select i.area_id, i.case_no, i.client_id, i.version, i.state, i.source_channel, i.description, i.type_code, i.priority,
       i.department_code, coalesce(d.name, '') as department_name, st_x(i.geom) as lon, st_y(i.geom) as lat, i.datum,
       i.given_lon, i.given_lat, i.grid_code, grid.name as grid_name, i.village_code, village.name as village_name,
       i.address_text, i.reporter_name, i.reporter_phone, i.reported_by, i.rework_count, i.reported_at, i.accepted_at,
       i.dispatched_at, i.signed_at, i.arrived_at, i.handled_at, i.closed_at, i.updated_at, i.due_at,
       running_due_v1(i.state, i.due_at, i.handled_at) as running_due_at, sent.*
from (
    select * from readable_cases_v1(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s) i
    where i.area_id = %(area_id)s
      and (%(states)s::text[] is null or i.state = any(%(states)s::text[]))
      and (%(grid)s::text is null or starts_with(i.grid_code, %(grid)s::text))
      and (%(since)s::timestamptz is null or i.reported_at >= %(since)s::timestamptz)
      and (%(west)s::float8 is null or i.geom && st_makeenvelope(
          %(west)s::float8, %(south)s::float8, %(east)s::float8, %(north)s::float8, 4326))
      and (%(sent_to)s::int is null or exists (
          select from assignment a
          where a.area_id = i.area_id and a.case_no = i.case_no and a.worker_id = %(sent_to)s::int
            and a.ended_at is null))
    order by i.reported_at desc, length(i.case_no) desc, i.case_no desc limit %(limit)s
) i
left join department d on d.area_id = i.area_id and d.code = i.department_code
left join division grid on grid.area_id = i.area_id and grid.code = i.grid_code and grid.valid_to is null
left join division village on village.area_id = i.area_id and village.code = i.village_code and village.valid_to is null
left join lateral (
    select a.assignment_id, a.worker_id, w.name as worker_name, w.department_code as worker_department_code,
           a.suggestion_id, a.assigned_by, a.assigned_at, a.signed_at as worker_signed_at,
           a.arrived_at as worker_arrived_at, a.ended_at as worker_ended_at, a.outcome
    from assignment a join worker w on w.area_id = a.area_id and w.worker_id = a.worker_id
    where a.area_id = i.area_id and a.case_no = i.case_no
    order by a.ended_at is null desc, a.assigned_at desc limit 1
) sent on true
order by i.reported_at desc, length(i.case_no) desc, i.case_no desc;

-- case_log -- everything that was done about a case, the first line first
select line_no, at, actor, role, verb, from_state, to_state, note, details, st_x(geom) as lon, st_y(geom) as lat
from incident_log where area_id = %(area_id)s and case_no = %(case_no)s order by line_no;

-- case_of_client -- number of the case an account made under this id
select case_no from incident
where area_id = %(area_id)s and reported_by = %(account)s and client_id = %(client_id)s;

-- lock_case -- hold a case until the transaction ends
select case_no from incident where area_id = %(area_id)s and case_no = %(case_no)s for update;

-- is_written_already -- whether this account's write of this verb was taken before
select line_no from incident_log
where area_id = %(area_id)s and case_no = %(case_no)s and actor = %(account)s and write_id = %(write_id)s
  and verb = %(verb)s;

-- times_performed -- how often a verb was said of a case
select count(*) as times from incident_log
where area_id = %(area_id)s and case_no = %(case_no)s and verb = %(verb)s;

-- line_on_behalf -- a line an account wrote for a worker
select line_no from incident_log
where area_id = %(area_id)s and case_no = %(case_no)s and actor = %(account)s
  and details @> jsonb_build_object('on_behalf_of', %(worker_id)s::integer)
limit 1;

-- next_case_number -- the next number of the day
insert into case_counter (area_id, day, last_number) values (%(area_id)s, %(day)s, 1)
on conflict (area_id, day) do update set last_number = case_counter.last_number + 1
returning last_number;

-- insert_incident -- a new case; no row when the account has used the id before
insert into incident (area_id, case_no, client_id, state, source_channel, description, type_code, priority,
    department_code, geom, datum, given_lon, given_lat, grid_code, village_code, address_text, reporter_name,
    reporter_phone, reported_by, reported_at, updated_at, due_at)
values (%(area_id)s, %(case_no)s, %(client_id)s, 'reported', %(source_channel)s, %(description)s, %(type_code)s,
    %(priority)s, %(department_code)s, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326), %(datum)s, %(given_lon)s,
    %(given_lat)s, %(grid_code)s, %(village_code)s, %(address_text)s, %(reporter_name)s, %(reporter_phone)s,
    %(reported_by)s, %(at)s, %(at)s, %(due_at)s)
on conflict (area_id, reported_by, client_id) do nothing
returning case_no;

-- change_incident -- the case after a verb
update incident set version = version + 1, state = %(state)s, type_code = %(type_code)s, priority = %(priority)s,
    department_code = %(department_code)s, rework_count = %(rework_count)s, accepted_at = %(accepted_at)s,
    dispatched_at = %(dispatched_at)s, signed_at = %(signed_at)s, arrived_at = %(arrived_at)s,
    handled_at = %(handled_at)s, closed_at = %(closed_at)s, due_at = %(due_at)s, updated_at = %(at)s
where area_id = %(area_id)s and case_no = %(case_no)s;

-- add_log_line -- one more line; the case must be held
insert into incident_log (area_id, case_no, line_no, write_id, at, actor, role, verb, from_state, to_state, note,
    details, geom)
select %(area_id)s, %(case_no)s, coalesce(max(line_no), 0) + 1, %(write_id)s, %(at)s, %(actor)s, %(role)s, %(verb)s,
    %(from_state)s, %(to_state)s, %(note)s, %(details)s::jsonb,
    st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326)
from incident_log where area_id = %(area_id)s and case_no = %(case_no)s;

-- begin_assignment -- somebody is sent
insert into assignment (area_id, assignment_id, case_no, worker_id, suggestion_id, assigned_by, assigned_at)
values (%(area_id)s, %(assignment_id)s, %(case_no)s, %(worker_id)s, %(suggestion_id)s, %(assigned_by)s, %(at)s);

-- mark_assignment -- the one who was sent has signed or arrived
update assignment set signed_at = coalesce(signed_at, %(signed_at)s), arrived_at = coalesce(arrived_at, %(arrived_at)s)
where area_id = %(area_id)s and case_no = %(case_no)s and ended_at is null;

-- end_assignment -- the one who was sent is free again
update assignment set ended_at = %(at)s, outcome = %(outcome)s
where area_id = %(area_id)s and case_no = %(case_no)s and ended_at is null;

-- open_assignment_of_worker -- where a worker has been sent, by whom and when
select a.case_no, a.assigned_by, a.assigned_at from assignment a
where a.area_id = %(area_id)s and a.worker_id = %(worker_id)s and a.ended_at is null;

-- open_assignment_of_case -- who has been sent to a case, by whom and when
select w.name, a.assigned_by, a.assigned_at
from assignment a join worker w on w.area_id = a.area_id and w.worker_id = a.worker_id
where a.area_id = %(area_id)s and a.case_no = %(case_no)s and a.ended_at is null;

-- worker_to_send -- a worker's name, whether active and on duty, and department
select w.name, w.is_active, w.department_code,
       exists (select from duty d where d.area_id = w.area_id and d.worker_id = w.worker_id and d.ended_at is null)
           as on_duty
from worker w where w.area_id = %(area_id)s and w.worker_id = %(worker_id)s;

-- advice_of_case -- whether this advice was given for this case
select suggestion_id from suggestion
where area_id = %(area_id)s and suggestion_id = %(suggestion_id)s and case_no = %(case_no)s;

-- worker_and_case -- metres from a point, or from the worker's fresh latest fix, to the case
select point.lon, point.lat,
       metres_between_v1(st_x(i.geom), st_y(i.geom), point.lon, point.lat) as distance_m
from incident i
cross join lateral (
    select %(lon)s::float8 as lon, %(lat)s::float8 as lat where %(lon)s::float8 is not null
    union all
    select st_x(p.geom), st_y(p.geom) from position_latest p
    where p.area_id = i.area_id and p.worker_id = %(worker_id)s and p.recorded_at >= %(fresh_since)s
      and %(lon)s::float8 is null
) point
where i.area_id = %(area_id)s and i.case_no = %(case_no)s;
