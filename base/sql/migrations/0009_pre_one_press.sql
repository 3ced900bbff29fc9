-- A client-made id belongs to who made it; days of more than 9,999 cases.

-- The same id by two clients is two cases: nobody is given another's by using his key.
create unique index one_incident_per_sender_and_id on incident (area_id, reported_by, client_id);
drop index one_incident_per_client_id;
comment on column incident.client_id is 'made by who reports; with reported_by: the same id by the same account is one case';

create unique index one_log_line_per_sender_and_write on incident_log (area_id, case_no, actor, write_id, verb);
drop index one_log_line_per_write;
comment on column incident_log.write_id is 'client-made id of the write: the same id by the same actor is one verb';

-- Four digits a day at least and as many as it takes; 16 hold every number the counter can reach.
alter table incident drop constraint incident_case_no_check;
alter table incident add constraint incident_case_no_check check (case_no ~ '^[A-Z]{2}[0-9]{10,16}$');

-- A change of duty leaves no row that names its write, so those are kept here.
create table duty_write (
    area_id integer not null references area,
    account text not null,
    write_id uuid not null,
    worker_id integer not null,
    at timestamptz not null,
    primary key (area_id, account, write_id)
);
comment on table duty_write is 'changes of duty taken so far: one that comes again, or late, changes nothing';

grant select, insert on duty_write to gridcommand_app;
