-- case_by_number -- one case as it is now, when the asker may know of it
select i.area_id, i.case_no, i.client_id, i.version, i.state, i.source_channel, i.description, i.type_code, i.priority,
       i.department_code, coalesce(d.name, '') as department_name, st_x(i.geom) as lon, st_y(i.geom) as lat, i.datum,
       i.given_lon, i.given_lat, i.grid_code, grid.name as grid_name, i.village_code, village.name as village_name,
       i.address_text, i.reporter_name, i.reporter_phone, i.reported_by, i.rework_count, i.reported_at, i.accepted_at,
       i.dispatched_at, i.signed_at, i.arrived_at, i.handled_at, i.closed_at, i.updated_at, i.due_at, i.next_stage,
       i.next_started_at, i.next_due_at, i.answer_due_at, i.supervised_at, i.suspended_until, i.extension_until,
       i.extended_count,
       i.parent_case, i.level, i.round, i.satisfied, i.score, i.rated_at, i.rated_by, i.needs_call_back,
       i.acknowledged_at, i.acknowledged_by, i.archived_from, i.raised_count, i.returned_count, i.ruling_wanted_at,
       i.ruled_at, i.support_asked_at, i.objected_at,
       array(select child.case_no
             from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) child
             where child.area_id = i.area_id and child.parent_case = i.case_no
             order by length(child.case_no), child.case_no) as children
from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) i
left join department d on d.area_id = i.area_id and d.code = i.department_code
left join division grid on grid.area_id = i.area_id and grid.code = i.grid_code and grid.valid_to is null
left join division village on village.area_id = i.area_id and village.code = i.village_code and village.valid_to is null
where i.area_id = %(area_id)s and i.case_no = %(case_no)s;

-- cases_by_number -- several cases as they are now, of those the asker may know of
select i.area_id, i.case_no, i.client_id, i.version, i.state, i.source_channel, i.description, i.type_code, i.priority,
       i.department_code, coalesce(d.name, '') as department_name, st_x(i.geom) as lon, st_y(i.geom) as lat, i.datum,
       i.given_lon, i.given_lat, i.grid_code, grid.name as grid_name, i.village_code, village.name as village_name,
       i.address_text, i.reporter_name, i.reporter_phone, i.reported_by, i.rework_count, i.reported_at, i.accepted_at,
       i.dispatched_at, i.signed_at, i.arrived_at, i.handled_at, i.closed_at, i.updated_at, i.due_at, i.next_stage,
       i.next_started_at, i.next_due_at, i.answer_due_at, i.supervised_at, i.suspended_until, i.extension_until,
       i.extended_count,
       i.parent_case, i.level, i.round, i.satisfied, i.score, i.rated_at, i.rated_by, i.needs_call_back,
       i.acknowledged_at, i.acknowledged_by, i.archived_from, i.raised_count, i.returned_count, i.ruling_wanted_at,
       i.ruled_at, i.support_asked_at, i.objected_at
from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) i
left join department d on d.area_id = i.area_id and d.code = i.department_code
left join division grid on grid.area_id = i.area_id and grid.code = i.grid_code and grid.valid_to is null
left join division village on village.area_id = i.area_id and village.code = i.village_code and village.valid_to is null
where i.area_id = %(area_id)s and i.case_no = any(%(case_nos)s);

-- cases -- the cases the asker may know of that fit every filter given, the newest first
select i.area_id, i.case_no, i.client_id, i.version, i.state, i.source_channel, i.description, i.type_code, i.priority,
       i.department_code, coalesce(d.name, '') as department_name, st_x(i.geom) as lon, st_y(i.geom) as lat, i.datum,
       i.given_lon, i.given_lat, i.grid_code, grid.name as grid_name, i.village_code, village.name as village_name,
       i.address_text, i.reporter_name, i.reporter_phone, i.reported_by, i.rework_count, i.reported_at, i.accepted_at,
       i.dispatched_at, i.signed_at, i.arrived_at, i.handled_at, i.closed_at, i.updated_at, i.due_at, i.next_stage,
       i.next_started_at, i.next_due_at, i.answer_due_at, i.supervised_at, i.suspended_until, i.extension_until,
       i.extended_count,
       i.parent_case, i.level, i.round, i.satisfied, i.score, i.rated_at, i.rated_by, i.needs_call_back,
       i.acknowledged_at, i.acknowledged_by, i.archived_from, i.raised_count, i.returned_count, i.ruling_wanted_at,
       i.ruled_at, i.support_asked_at, i.objected_at
from (
    select * from readable_cases_v3(%(area_id)s, %(every_case)s, %(account)s, %(own_worker)s::int, %(own_department)s,
    %(own_village)s, %(from_level)s::int) i
    where i.area_id = %(area_id)s
      and (%(states)s::text[] is null or i.state = any(%(states)s::text[]))
      and (%(needs_call_back)s::boolean is null or i.needs_call_back = %(needs_call_back)s::boolean)
      and (%(grid)s::text is null or starts_with(i.grid_code, %(grid)s::text))
      and (%(since)s::timestamptz is null or i.reported_at >= %(since)s::timestamptz)
      and (%(west)s::float8 is null or i.geom && st_makeenvelope(
          %(west)s::float8, %(south)s::float8, %(east)s::float8, %(north)s::float8, 4326))
      and (%(sent_to)s::int is null or exists (
          select from task t left join worker w on w.area_id = t.area_id and w.worker_id = t.worker_id
          where t.area_id = i.area_id and t.case_no = i.case_no and t.ended_at is null
            and (t.worker_id = %(sent_to)s::int
                 or coalesce(t.department_code, w.department_code) = %(sent_to_department)s::text)))
    order by i.reported_at desc, length(i.case_no) desc, i.case_no desc limit %(limit)s
) i
left join department d on d.area_id = i.area_id and d.code = i.department_code
left join division grid on grid.area_id = i.area_id and grid.code = i.grid_code and grid.valid_to is null
left join division village on village.area_id = i.area_id and village.code = i.village_code and village.valid_to is null
order by i.reported_at desc, length(i.case_no) desc, i.case_no desc;

-- case_log -- everything that was done about a case, the first line first
select line_no, at, actor, role, verb, from_state, to_state, note, details, st_x(geom) as lon, st_y(geom) as lat,
       task_id
from incident_log where area_id = %(area_id)s and case_no = %(case_no)s order by line_no;

-- case_of_client -- number of the case an account made under this id
select case_no from incident
where area_id = %(area_id)s and reported_by = %(account)s and client_id = %(client_id)s;

-- is_written_already -- whether this account's write of this verb was taken before
select line_no from incident_log
where area_id = %(area_id)s and case_no = %(case_no)s and actor = %(account)s and write_id = %(write_id)s
  and verb = %(verb)s;

-- lines_on_behalf -- whom an account wrote lines of a case for: workers and departments
select distinct details ->> 'on_behalf_of' as worker_id, details ->> 'on_behalf_of_department' as department_code
from incident_log
where area_id = %(area_id)s and case_no = %(case_no)s and actor = %(account)s
  and (details ? 'on_behalf_of' or details ? 'on_behalf_of_department');

-- next_case_number -- the next number of the day
insert into case_counter (area_id, day, last_number) values (%(area_id)s, %(day)s, 1)
on conflict (area_id, day) do update set last_number = case_counter.last_number + 1
returning last_number;

-- insert_incident -- a new case; no row when the account has used the id before
insert into incident (area_id, case_no, client_id, state, source_channel, description, type_code, priority,
    department_code, geom, datum, given_lon, given_lat, grid_code, village_code, address_text, reporter_name,
    reporter_phone, reported_by, reported_at, updated_at, due_at, level)
values (%(area_id)s, %(case_no)s, %(client_id)s, 'reported', %(source_channel)s, %(description)s, %(type_code)s,
    %(priority)s, %(department_code)s, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326), %(datum)s, %(given_lon)s,
    %(given_lat)s, %(grid_code)s, %(village_code)s, %(address_text)s, %(reporter_name)s, %(reporter_phone)s,
    %(reported_by)s, %(at)s, %(at)s, %(due_at)s, %(level)s)
on conflict (area_id, reported_by, client_id) do nothing
returning case_no;

-- change_incident -- the case after a verb
update incident set version = version + 1, state = %(state)s, type_code = %(type_code)s, priority = %(priority)s,
    department_code = %(department_code)s, rework_count = %(rework_count)s, accepted_at = %(accepted_at)s,
    dispatched_at = %(dispatched_at)s, signed_at = %(signed_at)s, arrived_at = %(arrived_at)s,
    handled_at = %(handled_at)s, closed_at = %(closed_at)s, due_at = %(due_at)s, updated_at = %(updated_at)s,
    next_stage = %(next_stage)s, next_started_at = %(next_started_at)s, next_due_at = %(next_due_at)s,
    answer_due_at = %(answer_due_at)s, supervised_at = %(supervised_at)s, suspended_until = %(suspended_until)s,
    extension_until = %(extension_until)s, extended_count = %(extended_count)s,
    parent_case = %(parent_case)s, level = %(level)s, round = %(round)s, satisfied = %(satisfied)s, score = %(score)s,
    rated_at = %(rated_at)s, rated_by = %(rated_by)s, needs_call_back = %(needs_call_back)s,
    acknowledged_at = %(acknowledged_at)s, acknowledged_by = %(acknowledged_by)s, archived_from = %(archived_from)s,
    raised_count = %(raised_count)s, returned_count = %(returned_count)s, ruling_wanted_at = %(ruling_wanted_at)s,
    ruled_at = %(ruled_at)s, support_asked_at = %(support_asked_at)s, objected_at = %(objected_at)s
where area_id = %(area_id)s and case_no = %(case_no)s;

-- show_next_due -- what runs out first of the clocks of a new case
update incident set next_stage = %(next_stage)s, next_started_at = %(next_started_at)s, next_due_at = %(next_due_at)s
where area_id = %(area_id)s and case_no = %(case_no)s;

-- add_log_line -- one more line; the case must be held
insert into incident_log (area_id, case_no, line_no, write_id, at, actor, role, verb, from_state, to_state, note,
    details, task_id, geom)
select %(area_id)s, %(case_no)s, coalesce(max(line_no), 0) + 1, %(write_id)s, %(at)s, %(actor)s, %(role)s, %(verb)s,
    %(from_state)s, %(to_state)s, %(note)s, %(details)s::jsonb, %(task_id)s,
    st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326)
from incident_log where area_id = %(area_id)s and case_no = %(case_no)s;

-- last_line -- the state a case was in before a verb was last performed on it
select from_state from incident_log
where area_id = %(area_id)s and case_no = %(case_no)s and verb = %(verb)s
order by line_no desc limit 1;

-- keep_round -- what a round of a case came to, before the next one begins
insert into case_round (area_id, case_no, round, priority, accepted_at, dispatched_at, arrived_at, handled_at, due_at,
    closed_at, satisfied, score, rated_at)
select area_id, case_no, round, priority, accepted_at, dispatched_at, arrived_at, handled_at, due_at, closed_at,
       satisfied, score, rated_at
from incident where area_id = %(area_id)s and case_no = %(case_no)s;

-- cases_to_archive -- the numbers of cases that ended before a moment and are still to be put away, the oldest first
select case_no from incident
where area_id = %(area_id)s and closed_at < %(before)s and archived_from is null and state = any(%(states)s)
order by closed_at, case_no limit %(limit)s;

-- active_worker -- whether a worker is known and active
select worker_id from worker where area_id = %(area_id)s and worker_id = %(worker_id)s and is_active;
