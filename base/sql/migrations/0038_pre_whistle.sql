-- Departments are called together (吹哨报到): the whistle, and on the task of each whom it called that it did.
create table whistle (
    area_id integer not null references area,
    whistle_id uuid not null,
    case_no text not null,
    lead_code text not null,
    blown_by text not null,
    blown_at timestamptz not null,
    meet_at timestamptz not null,
    geom geometry(Point, 4326) not null,
    place_text text not null,
    note text not null,
    primary key (area_id, whistle_id),
    foreign key (area_id, case_no) references incident,
    foreign key (area_id, lead_code) references department,
    constraint whistle_meets_later check (meet_at > blown_at)
);
create index whistle_of_case on whistle (area_id, case_no, blown_at);
create index whistle_blown on whistle (area_id, blown_at);
comment on table whistle is 'who blew it for which case, who leads, where (geom, in words place_text) and when they meet';

alter table task add column whistle_id uuid;
alter table task add foreign key (area_id, whistle_id) references whistle;
create index task_of_whistle on task (area_id, whistle_id) where whistle_id is not null;
comment on column task.whistle_id is 'the whistle that called its department: it signs in (arrived_at) and files its opinion';

-- Until when who was called has to be there is a clock of its own.
alter table clock drop constraint clock_stage_check;
alter table clock add constraint clock_stage_check check (
    stage in ('accept', 'dispatch', 'sign', 'arrive', 'handle', 'verify', 'answer', 'meet'));
alter table clock drop constraint clock_basis_check;
alter table clock add constraint clock_basis_check check (
    basis in ('priority', 'type', 'check', 'rework', 'earlier', 'supervise', 'urge', 'whistle'));
grant select, insert on whistle to gridcommand_app;
