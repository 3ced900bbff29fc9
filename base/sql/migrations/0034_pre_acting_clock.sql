-- Clocks act: each running clock keeps when something is next to be done about it, and what was done is a row.

alter table clock add column act_at timestamptz not null default '-infinity';
create index clock_acts on clock (area_id, act_at) where state = 'running';
comment on column clock.act_at is
    'when something is next to be done about it while it runs; -infinity: to be looked at, after every step of the case';

create table clock_act (
    area_id integer not null,
    clock_id uuid not null,
    due_at timestamptz not null,
    act text not null,
    at timestamptz not null,
    primary key (area_id, clock_id, due_at, act),
    foreign key (area_id, clock_id) references clock
);
comment on table clock_act is
    'what a clock has done by itself: each act once for each due time, whoever is sent, whatever the machine''s clock does';
grant select, insert on clock_act to gridcommand_app;

alter table incident
    add column raised_count integer not null default 0,
    add column raised_at timestamptz;
comment on column incident.raised_count is 'how often a P1 that nobody answered was raised again; wall and console sound anew';
create index incident_suspended on incident (area_id, suspended_until) where suspended_until is not null;

alter table contact add column place_in_line smallint not null default 1 check (place_in_line > 0);
comment on column contact.place_in_line is
    'of several who hold a post: 1 is told at once, the next when nobody has answered';
