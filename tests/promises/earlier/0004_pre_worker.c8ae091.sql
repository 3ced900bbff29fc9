-- Workers, when they are on duty, and where they are.
create table worker (
    area_id integer not null references area,
    worker_id integer not null check (worker_id between 1 and 65535),
    name text not null,
    phone text not null default '',
    role text not null check (role in (
        'grid_worker', 'parttime_worker', 'micro_leader', 'grid_leader', 'dept_handler')),
    grid_code text,
    department_code text,
    skills text[] not null default '{}',
    mode text not null default 'foot' check (mode in ('foot', 'ebike', 'car')),
    shift text not null default 'day' check (shift in ('day', 'evening', 'night')),
    is_active boolean not null default true,
    primary key (area_id, worker_id),
    foreign key (area_id, department_code) references department
);
comment on column worker.mode is 'how the worker moves; decides speed and which roads are open';

-- One row for each time a worker is on duty; a fix outside one has nowhere to go.
create table duty (
    area_id integer not null,
    worker_id integer not null,
    duty_id uuid not null,
    status text not null default 'on_duty_idle' check (status in ('on_duty_idle', 'patrolling', 'break', 'sos')),
    started_at timestamptz not null,
    ended_at timestamptz,
    primary key (area_id, worker_id, duty_id),
    foreign key (area_id, worker_id) references worker,
    constraint duty_ends_after_start check (ended_at is null or ended_at >= started_at)
);
create unique index one_open_duty_per_worker on duty (area_id, worker_id) where ended_at is null;

create table position (
    area_id integer not null,
    worker_id integer not null,
    recorded_at timestamptz not null,
    received_at timestamptz not null,
    duty_id uuid not null,
    geom geometry(Point, 4326) not null,
    accuracy_m real,
    speed_mps real,
    heading_deg real,
    flags text[] not null default '{}',
    source text not null,
    datum text not null check (datum in ('wgs84', 'cgcs2000', 'gcj02', 'bd09')),
    given_lon double precision not null,
    given_lat double precision not null,
    primary key (area_id, worker_id, recorded_at),
    constraint tracked_only_on_duty foreign key (area_id, worker_id, duty_id) references duty
) partition by range (recorded_at);
create table position_other partition of position default;
comment on table position is 'every fix ever accepted; flagged, never deleted by a filter; a partition a day';

-- The newest believable fix of each worker.
create table position_latest (
    area_id integer not null,
    worker_id integer not null,
    recorded_at timestamptz not null,
    received_at timestamptz not null,
    geom geometry(Point, 4326) not null,
    accuracy_m real,
    speed_mps real,
    heading_deg real,
    flags text[] not null default '{}',
    source text not null,
    primary key (area_id, worker_id),
    foreign key (area_id, worker_id) references worker
);
create index position_latest_geom on position_latest using gist (geom);

-- Makes the partition of one day (in the town's time), once.
create function position_day_v1(day date) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    partition_name text := 'position_' || to_char(day, 'YYYYMMDD');
begin
    perform pg_advisory_xact_lock(hashtext('position_day'), to_char(day, 'YYYYMMDD')::integer);
    if to_regclass(partition_name) is not null then
        return false;
    end if;
    execute format('create table %I partition of position for values from (%L) to (%L)', partition_name,
        (day::timestamp at time zone 'Asia/Shanghai'), ((day + 1)::timestamp at time zone 'Asia/Shanghai'));
    return true;
end $$;
