-- What each of those who work on a case has to do: a task. Every assignment becomes the task of a lead.

-- Whether a task binds its worker, so that he can have no other; `tasks.TASK_MEANINGS` says the same, and a test holds
-- both against each other.
create function is_active_task_v1(p_state text) returns boolean language sql immutable parallel safe as $$
    select p_state in ('sent', 'signed', 'under_way', 'on_scene', 'working')
$$;
comment on function is_active_task_v1 is 'whether a task binds its worker; written as the condition of the index one_active_task_per_worker';

create table task (
    area_id integer not null,
    task_id uuid not null,
    case_no text not null,
    task_no integer not null check (task_no > 0),
    kind text not null check (kind in ('lead', 'co', 'check', 'visit')),
    is_required boolean not null,
    worker_id integer,
    department_code text,
    parent_task_id uuid,
    state text not null check (state in (
        'queued', 'sent', 'signed', 'under_way', 'on_scene', 'working', 'paused',
        'done', 'returned', 'withdrawn', 'diverted')),
    suggestion_id uuid,
    created_by text not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    signed_at timestamptz,
    signed_by text,
    set_out_at timestamptz,
    arrived_at timestamptz,
    started_at timestamptz,
    done_at timestamptz,
    failed_at timestamptz,
    ended_at timestamptz,
    ended_by text,
    outcome text check (outcome in (
        'handled', 'returned', 'transferred', 'cancelled', 'taken_back', 'replaced', 'diverted')),
    primary key (area_id, task_id),
    foreign key (area_id, case_no) references incident,
    foreign key (area_id, worker_id) references worker,
    foreign key (area_id, department_code) references department,
    foreign key (area_id, parent_task_id) references task,
    constraint task_has_one_addressee check (num_nonnulls(worker_id, department_code) = 1),
    constraint task_ends_with_its_state check (
        (ended_at is null)
        = (state in ('queued', 'sent', 'signed', 'under_way', 'on_scene', 'working', 'paused'))),
    constraint task_ends_with_outcome check ((ended_at is null) = (outcome is null)),
    constraint task_done_has_its_moment check ((state = 'done') = (done_at is not null)),
    constraint task_is_sent_unless_queued check (state <> 'queued' or sent_at is null)
);
comment on column task.task_no is 'counts the tasks of a case in the order they were made; the latest lead counts';
comment on column task.failed_at is 'when a check found it not done well';
comment on column task.ended_by is 'the account that ended it';

insert into task (area_id, task_id, case_no, task_no, kind, is_required, worker_id, state, suggestion_id, created_by,
    created_at, sent_at, signed_at, arrived_at, done_at, ended_at, outcome)
select a.area_id, a.assignment_id, a.case_no,
       row_number() over (partition by a.area_id, a.case_no
                          order by a.ended_at is null, a.assigned_at, a.ended_at, a.assignment_id),
       'lead', true, a.worker_id,
       case when a.outcome = 'handled' then 'done'
            when a.outcome = 'returned' then 'returned'
            when a.outcome is not null then 'withdrawn'
            when i.state = 'suspended' then 'paused'
            when i.state = 'handling' then 'working'
            when a.arrived_at is not null then 'on_scene'
            when a.signed_at is not null then 'signed'
            else 'sent' end,
       a.suggestion_id, a.assigned_by, a.assigned_at, a.assigned_at, a.signed_at, a.arrived_at,
       case when a.outcome = 'handled' then a.ended_at end, a.ended_at, a.outcome
from assignment a
join incident i on i.area_id = a.area_id and i.case_no = a.case_no;

-- The task a line of the log and a picture are about: the one that was open at that moment, the newest of two.
alter table incident_log add column task_id uuid;
alter table incident_log add foreign key (area_id, task_id) references task;
update incident_log l set task_id = (
    select t.task_id from task t
    where t.area_id = l.area_id and t.case_no = l.case_no and t.sent_at <= l.at
      and (t.ended_at is null or t.ended_at >= l.at)
    order by t.task_no desc limit 1)
where l.verb in ('dispatch', 'transfer', 'sign', 'arrive', 'start', 'feedback', 'send_back');
alter table photo add column task_id uuid;
alter table photo add foreign key (area_id, task_id) references task;
update photo p set task_id = (
    select t.task_id from task t
    where t.area_id = p.area_id and t.case_no = p.case_no and t.sent_at <= p.received_at
      and (t.ended_at is null or t.ended_at >= p.received_at)
    order by t.task_no desc limit 1);

update task t set signed_by = l.actor
from incident_log l
where l.area_id = t.area_id and l.case_no = t.case_no and l.task_id = t.task_id and l.verb = 'sign';
update task t set ended_by = l.actor
from incident_log l
where l.area_id = t.area_id and l.case_no = t.case_no and l.at = t.ended_at
  and l.verb in ('feedback', 'send_back', 'transfer', 'cancel');
update task t set started_at = l.at
from incident_log l
where l.area_id = t.area_id and l.case_no = t.case_no and l.task_id = t.task_id and l.verb = 'start';

-- What a check found not done well is the task that was done last before it.
update task t set failed_at = l.at
from incident_log l
where l.area_id = t.area_id and l.case_no = t.case_no and t.state = 'done' and t.done_at <= l.at
  and l.verb in ('verify', 'rework') and l.to_state in ('accepted', 'dispatched')
  and not exists (
      select from task later
      where later.area_id = t.area_id and later.case_no = t.case_no and later.task_no > t.task_no
        and later.state = 'done' and later.done_at <= l.at);

create unique index task_number on task (area_id, case_no, task_no);
create unique index one_open_lead_per_case on task (area_id, case_no) where kind = 'lead' and ended_at is null;
create unique index one_active_task_per_worker on task (area_id, worker_id)
    where state in ('sent', 'signed', 'under_way', 'on_scene', 'working');
create unique index one_open_task_per_worker_and_case on task (area_id, case_no, worker_id) where ended_at is null;
create unique index one_open_task_per_department_and_case on task (area_id, case_no, department_code)
    where ended_at is null;
create index task_of_worker on task (area_id, worker_id, sent_at);
create index task_arrived on task (area_id, arrived_at);

create function readable_cases_v2(
    p_area_id integer, p_all boolean, p_account text, p_worker_id integer, p_department_code text
) returns setof incident language sql stable as $$
    select i.* from incident i
    where i.area_id = p_area_id
      and (p_all or i.reported_by = p_account or i.department_code = p_department_code
           or i.grid_code = (select w.grid_code from worker w
                             where w.area_id = p_area_id and w.worker_id = p_worker_id)
           or exists (select from task t
                      where t.area_id = p_area_id and t.case_no = i.case_no
                        and (t.worker_id = p_worker_id or t.department_code = p_department_code)))
$$;
comment on function readable_cases_v2 is
    'own cases: reported by the account, of its department, of its worker''s grid, or once given to its worker or department';
drop function readable_cases_v1;

drop table assignment;
comment on column incident.updated_at is 'when its state, or who leads, last changed; the clock of the present step runs from it';
grant select, insert, update on task to gridcommand_app;
