-- Areas (one per county code) and their divisions: town, village, grid, micro-grid.
-- area_id comes first in every key, so that one area lives on one shard.
create extension if not exists postgis;

do $$ begin
    if not exists (select from pg_roles where rolname = 'gridcommand_app') then
        create role gridcommand_app nologin;
    end if;
    execute format('grant gridcommand_app to %I', current_user);
end $$;

create table area (
    area_id integer primary key check (area_id between 100000 and 999999),
    name text not null,
    case_prefix text not null check (case_prefix ~ '^[A-Z]{2}$'),
    is_demo boolean not null default false,
    is_served boolean not null default false,
    srid_m integer not null,
    centre geometry(Point, 4326) not null,
    extent geometry(Polygon, 4326) not null,
    attribution text not null,
    map_approval_no text not null default '',
    map_version integer not null default 1,
    created_at timestamptz not null
);
create unique index one_served_area on area (is_served) where is_served;
comment on column area.srid_m is 'EPSG code of the plane metres are measured in (4549 in Jiaxing)';
comment on column area.map_version is 'raised by every import, so that running centres read roads and tiles again';

create table division (
    area_id integer not null references area,
    code text not null,
    level text not null check (level in ('town', 'village', 'grid', 'micro_grid')),
    kind text not null default 'general',
    name text not null,
    parent_code text,
    households integer not null default 0 check (households >= 0),
    geom geometry(MultiPolygon, 4326) not null,
    label geometry(Point, 4326) not null,
    valid_from date not null,
    valid_to date,
    primary key (area_id, code, valid_from),
    constraint division_code_has_level_length check (
        (level, length(code)) in (('town', 9), ('village', 12), ('grid', 15), ('micro_grid', 17))
        and code ~ '^[0-9]+$'),
    constraint division_parent_is_prefix check (
        level = 'town' or (parent_code is not null and starts_with(code, parent_code)))
);
create unique index one_current_division on division (area_id, code) where valid_to is null;
create index division_geom on division using gist (geom);
comment on column division.kind is 'village level: community or village; grid level: general or dedicated';
