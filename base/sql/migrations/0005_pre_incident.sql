-- An incident, its append-only log, who was sent, and the advice as given.
create table case_counter (
    area_id integer not null references area,
    day date not null,
    last_number integer not null,
    primary key (area_id, day)
);

create table incident (
    area_id integer not null references area,
    case_no text not null check (case_no ~ '^[A-Z]{2}[0-9]{10}$'),
    client_id uuid not null,
    version integer not null default 1,
    state text not null check (state in (
        'reported', 'checking', 'accepted', 'dispatched', 'received', 'on_scene', 'handling', 'suspended',
        'handled', 'verifying', 'closed', 'archived', 'rejected', 'self_handled', 'merged', 'cancelled')),
    source_channel text not null check (source_channel in (
        'grid_patrol', 'citizen_app', 'hotline_12345', 'phone', 'visit', 'consult', 'complaint', 'video', 'sensor',
        'police_110', 'upper', 'media', 'dept', 'satellite', 'uav')),
    description text not null check (length(description) between 1 and 4000),
    type_code text not null,
    priority text not null check (priority in ('P1', 'P2', 'P3', 'P4')),
    department_code text not null,
    geom geometry(Point, 4326) not null,
    datum text not null check (datum in ('wgs84', 'cgcs2000', 'gcj02', 'bd09')),
    given_lon double precision not null,
    given_lat double precision not null,
    grid_code text,
    village_code text,
    address_text text not null default '',
    reporter_name text not null default '',
    reporter_phone text not null default '',
    reported_by text not null,
    rework_count integer not null default 0,
    reported_at timestamptz not null,
    accepted_at timestamptz,
    dispatched_at timestamptz,
    signed_at timestamptz,
    arrived_at timestamptz,
    handled_at timestamptz,
    closed_at timestamptz,
    updated_at timestamptz not null,
    due_at timestamptz,
    primary key (area_id, case_no)
);
create unique index one_incident_per_client_id on incident (area_id, client_id);
create index incident_geom on incident using gist (geom);
create index incident_reported on incident (area_id, reported_at desc);
create index incident_open on incident (area_id, priority, reported_at)
    where state not in ('closed', 'archived', 'rejected', 'merged', 'cancelled');
comment on column incident.version is 'raised by every verb; an older one seen on a screen is out of date';

create table incident_log (
    area_id integer not null,
    case_no text not null,
    line_no integer not null,
    write_id uuid not null,
    at timestamptz not null,
    actor text not null,
    role text not null,
    verb text not null,
    from_state text,
    to_state text not null,
    note text not null default '',
    details jsonb not null default '{}',
    geom geometry(Point, 4326),
    primary key (area_id, case_no, line_no),
    foreign key (area_id, case_no) references incident
);
create unique index one_log_line_per_write on incident_log (area_id, case_no, write_id, verb);
comment on column incident_log.write_id is 'client-made id of the write: the same id twice is one verb';

create table assignment (
    area_id integer not null,
    assignment_id uuid not null,
    case_no text not null,
    worker_id integer not null,
    suggestion_id uuid,
    assigned_by text not null,
    assigned_at timestamptz not null,
    signed_at timestamptz,
    arrived_at timestamptz,
    ended_at timestamptz,
    outcome text check (outcome in ('handled', 'returned', 'transferred', 'cancelled')),
    primary key (area_id, assignment_id),
    foreign key (area_id, case_no) references incident,
    foreign key (area_id, worker_id) references worker,
    constraint assignment_ends_with_outcome check ((ended_at is null) = (outcome is null))
);
create unique index one_open_assignment_per_worker on assignment (area_id, worker_id) where ended_at is null;
create unique index one_open_assignment_per_case on assignment (area_id, case_no) where ended_at is null;
create index assignment_case on assignment (area_id, case_no);

create table suggestion (
    area_id integer not null,
    suggestion_id uuid not null,
    case_no text not null,
    given_at timestamptz not null,
    given_to text not null,
    answer jsonb not null,
    primary key (area_id, suggestion_id),
    foreign key (area_id, case_no) references incident
);
create index suggestion_case on suggestion (area_id, case_no, given_at desc);
comment on table suggestion is 'the advice as it was given, so that it can be judged afterwards';
